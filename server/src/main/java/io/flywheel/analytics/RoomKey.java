package io.flywheel.analytics;

/** A room of a merchant. */
record RoomKey(String merchantId, String roomId) {}
