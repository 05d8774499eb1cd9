package io.flywheel.reward;

import com.google.inject.Inject;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The boosters that hosts have started in rooms. Whoever is paid peeks; only the room's own turns
 * lock. Thread-safe.
 */
final class RoomBoosterSlice extends PackedSharedSlice<RoomKey, BoostersOfRoom> {
  private static final int RANK = 110;

  @Inject
  RoomBoosterSlice() {
    super(
        RANK,
        "room_booster",
        List.of("merchant_id", "room_id"),
        BoostersOfRoom.getDefaultInstance());
  }

  @Override
  protected void bindKey(Values values, RoomKey key) {
    values.text(key.merchantId());
    values.text(key.roomId());
  }

  @Override
  protected RoomKey readKey(ResultSet row) throws SQLException {
    return new RoomKey(row.getString("merchant_id"), row.getString("room_id"));
  }
}
