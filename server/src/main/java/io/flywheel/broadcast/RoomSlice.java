package io.flywheel.broadcast;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Rooms. Everyone peeks; a row is locked by what first names the room, and by the room's own turns.
 * Thread-safe.
 */
public final class RoomSlice extends SharedSlice<RoomKey, RoomInfo> {
  private static final int RANK = 80;

  @Inject
  public RoomSlice() {
    super(RANK, "room", List.of("merchant_id", "room_id"), List.of("told"));
  }

  @Override
  public RoomInfo initial(RoomKey key) {
    return RoomInfo.UNKNOWN;
  }

  @Override
  protected void bindKey(Values values, RoomKey key) {
    values.text(key.merchantId());
    values.text(key.roomId());
  }

  @Override
  protected void bindState(Values values, RoomInfo room) {
    values.bytes(room.told().toByteArray());
  }

  @Override
  protected RoomKey readKey(ResultSet row) throws SQLException {
    return new RoomKey(row.getString("merchant_id"), row.getString("room_id"));
  }

  @Override
  protected RoomInfo readState(ResultSet row, int first) throws SQLException {
    try {
      return new RoomInfo(RoomTold.parseFrom(row.getBytes(first)));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("room.told can't be read", e);
    }
  }
}
