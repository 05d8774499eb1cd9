package io.flywheel.broadcast;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
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
  protected void bindKey(Values values, BroadcastKey key) {
    values.text(key.room().merchantId());
    values.text(key.room().roomId());
    values.text(key.broadcastId());
  }

  @Override
  protected void bindState(Values values, Broadcast broadcast) {
    values.number(broadcast.firstMillis());
    values.bytes(broadcast.told().toByteArray());
  }

  @Override
  protected BroadcastKey readKey(ResultSet row) throws SQLException {
    return new BroadcastKey(
        row.getString("merchant_id"), row.getString("room_id"), row.getString("broadcast_id"));
  }

  @Override
  protected Broadcast readState(ResultSet row, int first) throws SQLException {
    try {
      return new Broadcast(row.getLong(first), BroadcastTold.parseFrom(row.getBytes(first + 1)));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("broadcast.told can't be read", e);
    }
  }
}
