package io.flywheel.broadcast;

/** A room of a merchant. */
public record RoomKey(String merchantId, String roomId) implements Comparable<RoomKey> {
  @Override
  public int compareTo(RoomKey other) {
    int byMerchant = merchantId.compareTo(other.merchantId);
    return byMerchant != 0 ? byMerchant : roomId.compareTo(other.roomId);
  }
}
