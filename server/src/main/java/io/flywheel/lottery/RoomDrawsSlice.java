package io.flywheel.lottery;

import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** Which draws are open in rooms. Thread-safe. */
final class RoomDrawsSlice extends PackedSharedSlice<RoomDrawsSlice.Key, RoomDrawsOfRoom> {
  private static final int RANK = 505;

  @Inject
  RoomDrawsSlice() {
    super(
        RANK,
        "room_draws",
        List.of("merchant_id", "room_id"),
        RoomDrawsOfRoom.getDefaultInstance());
  }

  /** A merchant's room. */
  record Key(String merchantId, String roomId) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId).thenComparing(Key::roomId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  protected void bindKey(Values values, Key key) {
    values.text(key.merchantId);
    values.text(key.roomId);
  }

  @Override
  protected Key readKey(ResultSet row) throws SQLException {
    return new Key(row.getString("merchant_id"), row.getString("room_id"));
  }
}
