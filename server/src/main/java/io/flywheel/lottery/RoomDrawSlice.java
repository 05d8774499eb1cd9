package io.flywheel.lottery;

import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The draws of rooms. Thread-safe. */
final class RoomDrawSlice extends PackedSharedSlice<RoomDrawKey, RoomDrawRecord> {
  private static final int RANK = 506;

  @Inject
  RoomDrawSlice() {
    super(
        RANK,
        "room_draw",
        List.of("merchant_id", "room_id", "draw_number"),
        RoomDrawRecord.getDefaultInstance());
  }

  @Override
  protected void bindKey(Values values, RoomDrawKey key) {
    values.text(key.merchantId());
    values.text(key.roomId());
    values.number(key.number());
  }

  @Override
  protected RoomDrawKey readKey(ResultSet row) throws SQLException {
    return new RoomDrawKey(
        row.getString("merchant_id"), row.getString("room_id"), row.getLong("draw_number"));
  }
}
