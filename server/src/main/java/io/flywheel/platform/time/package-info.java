/** The clock. */
@NullMarked
package io.flywheel.platform.time;

import org.jspecify.annotations.NullMarked;
