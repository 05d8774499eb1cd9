/** Tests of rooms. */
@NullMarked
package io.flywheel.room;

import org.jspecify.annotations.NullMarked;
