package io.flywheel.broadcast;

/**
 * Tells reactors that a broadcast began at another time than was known.
 *
 * @param startMillis when it began
 */
public record BroadcastMoved(String roomId, String broadcastId, long startMillis) {}
