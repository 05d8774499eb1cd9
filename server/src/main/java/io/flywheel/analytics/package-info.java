/**
 * What goes on in rooms, in figures: who came to which broadcast, what they did and got there, and
 * when. Every figure is written in the transaction that stores what it counts, as one row of each
 * batch; many of these are folded into the figures' own rows later, and before anybody reads them.
 */
@NullMarked
package io.flywheel.analytics;

import org.jspecify.annotations.NullMarked;
