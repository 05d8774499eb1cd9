package io.flywheel.engine;

import io.flywheel.v1.Fact;
import java.time.Instant;
import java.util.List;

/**
 * What one action set off, as another node told of it.
 *
 * @param viewer whose action it was, which may be a room
 * @param roomId the room it happened in; empty: outside of rooms
 * @param broadcastId the broadcast of the room; empty: none was given
 * @param at when it happened
 * @param facts what it set off, in order
 */
public record Commit(
    ViewerKey viewer, String roomId, String broadcastId, Instant at, List<Fact> facts) {}
