/**
 * Viewers who act as people do, over the wire: for the command line's {@code simulate} and the
 * server's demo room.
 */
@NullMarked
package io.flywheel.simulation;

import org.jspecify.annotations.NullMarked;
