package io.flywheel.broadcast;

/** A broadcast of a room. */
public record BroadcastKey(RoomKey room, String broadcastId) implements Comparable<BroadcastKey> {
  public BroadcastKey(String merchantId, String roomId, String broadcastId) {
    this(new RoomKey(merchantId, roomId), broadcastId);
  }

  @Override
  public int compareTo(BroadcastKey other) {
    int byRoom = room.compareTo(other.room);
    return byRoom != 0 ? byRoom : broadcastId.compareTo(other.broadcastId);
  }
}
