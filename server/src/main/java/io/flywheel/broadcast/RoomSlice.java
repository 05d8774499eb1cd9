package io.flywheel.broadcast;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.SharedSlice;
import java.sql.PreparedStatement;
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
  protected int bindKey(PreparedStatement statement, int index, RoomKey key) throws SQLException {
    statement.setString(index, key.merchantId());
    statement.setString(index + 1, key.roomId());
    return index + 2;
  }

  @Override
  protected int bindState(PreparedStatement statement, int index, RoomInfo room)
      throws SQLException {
    statement.setBytes(index, room.told().toByteArray());
    return index + 1;
  }

  @Override
  protected RoomKey readKey(ResultSet row) throws SQLException {
    return new RoomKey(row.getString("merchant_id"), row.getString("room_id"));
  }

  @Override
  protected RoomInfo readState(ResultSet row) throws SQLException {
    try {
      return new RoomInfo(RoomTold.parseFrom(row.getBytes("told")));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("room.told can't be read", e);
    }
  }
}
