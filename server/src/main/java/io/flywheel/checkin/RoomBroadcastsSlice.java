package io.flywheel.checkin;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The order of each room's broadcasts, shared by its viewers. Thread-safe. */
final class RoomBroadcastsSlice extends SharedSlice<RoomKey, BroadcastOrder> {
  private static final int RANK = 100;

  @Inject
  RoomBroadcastsSlice() {
    super(RANK, "room_broadcasts", List.of("merchant_id", "room_id"), List.of("state"));
  }

  @Override
  public BroadcastOrder initial(RoomKey key) {
    return BroadcastOrder.EMPTY;
  }

  @Override
  protected void bindKey(Values values, RoomKey key) {
    values.text(key.merchantId());
    values.text(key.roomId());
  }

  @Override
  protected void bindState(Values values, BroadcastOrder order) {
    values.bytes(order.state().toByteArray());
  }

  @Override
  protected RoomKey readKey(ResultSet row) throws SQLException {
    return new RoomKey(row.getString("merchant_id"), row.getString("room_id"));
  }

  @Override
  protected BroadcastOrder readState(ResultSet row, int first) throws SQLException {
    try {
      return BroadcastOrder.of(RoomBroadcastsState.parseFrom(row.getBytes(first)));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("room_broadcasts.state can't be read", e);
    }
  }
}
