/** Tests of the intake of events. */
@NullMarked
package io.flywheel.event;

import org.jspecify.annotations.NullMarked;
