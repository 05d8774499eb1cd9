package io.flywheel.broadcast;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.SharedSlice;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Broadcasts. Everyone peeks; a row is locked by what first names the broadcast or happened before
 * all that is known of it, and by the room's own turns. Thread-safe.
 */
public final class BroadcastSlice extends SharedSlice<BroadcastKey, Broadcast> {
  private static final int RANK = 90;

  @Inject
  public BroadcastSlice() {
    super(
        RANK,
        "broadcast",
        List.of("merchant_id", "room_id", "broadcast_id"),
        List.of("first_ms", "told"));
  }

  @Override
  public Broadcast initial(BroadcastKey key) {
    return Broadcast.UNKNOWN;
  }

  @Override
  protected int bindKey(PreparedStatement statement, int index, BroadcastKey key)
      throws SQLException {
    statement.setString(index, key.room().merchantId());
    statement.setString(index + 1, key.room().roomId());
    statement.setString(index + 2, key.broadcastId());
    return index + 3;
  }

  @Override
  protected int bindState(PreparedStatement statement, int index, Broadcast broadcast)
      throws SQLException {
    statement.setLong(index, broadcast.firstMillis());
    statement.setBytes(index + 1, broadcast.told().toByteArray());
    return index + 2;
  }

  @Override
  protected BroadcastKey readKey(ResultSet row) throws SQLException {
    return new BroadcastKey(
        row.getString("merchant_id"), row.getString("room_id"), row.getString("broadcast_id"));
  }

  @Override
  protected Broadcast readState(ResultSet row) throws SQLException {
    try {
      return new Broadcast(row.getLong("first_ms"), BroadcastTold.parseFrom(row.getBytes("told")));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("broadcast.told can't be read", e);
    }
  }
}
