/**
 * What features share of viewers: how they are shown to others. {@code viewer/} takes it down.
 *
 * <p>Each node keeps it in memory, in at most {@code profile.bytes-in-memory} bytes, for those who
 * were asked for. It is changed by {@link io.flywheel.profile.ShownAs} alone, so that a change is
 * seen at once on the node that commits it, and on any other one as soon as the bus tells it, a few
 * milliseconds later. While commits of other nodes can't be heard, all that is kept is forgotten
 * every five seconds; nodes that never hear of each other ({@code cluster.redis-url=none}) look
 * again after eight seconds.
 */
@NullMarked
package io.flywheel.profile;

import org.jspecify.annotations.NullMarked;
