/** Recorded traffic of live rooms, replayed and recounted. */
@NullMarked
package io.flywheel.traffic;

import org.jspecify.annotations.NullMarked;
