/**
 * What features share of rooms and their broadcasts: which there are, when each began, ended and is
 * closed for good, and in which broadcast something happened. The platform tells of them by calls
 * and events, which {@code room/} takes; where it does not, its other events make them known.
 */
@NullMarked
package io.flywheel.broadcast;

import org.jspecify.annotations.NullMarked;
