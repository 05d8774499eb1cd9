package io.flywheel.lottery;

import io.flywheel.engine.ViewerKey;
import java.util.Comparator;

/**
 * A draw of a merchant's room.
 *
 * @param number 1, 2, 3 … for each room
 */
record RoomDrawKey(String merchantId, String roomId, long number)
    implements Comparable<RoomDrawKey> {
  private static final Comparator<RoomDrawKey> ORDER =
      Comparator.comparing(RoomDrawKey::merchantId)
          .thenComparing(RoomDrawKey::roomId)
          .thenComparingLong(RoomDrawKey::number);

  /** Whoever ends and draws it. */
  ViewerKey room() {
    return ViewerKey.room(merchantId, roomId);
  }

  @Override
  public int compareTo(RoomDrawKey other) {
    return ORDER.compare(this, other);
  }
}
