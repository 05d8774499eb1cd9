package io.flywheel.checkin;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** The order of each room's broadcasts, shared by its viewers. Thread-safe. */
final class RoomBroadcastsSlice implements Slice<RoomKey, BroadcastOrder> {
  private static final byte[] NOTHING = {};
  private static final String SELECT =
      """
      SELECT state FROM room_broadcasts WHERE merchant_id = :merchant AND room_id = :room\
      """;

  @Inject
  RoomBroadcastsSlice() {}

  @Override
  public BroadcastOrder initial(RoomKey key) {
    return BroadcastOrder.EMPTY;
  }

  @Override
  public void load(
      Script script,
      SortedSet<RoomKey> keys,
      boolean lock,
      BiConsumer<RoomKey, BroadcastOrder> found) {
    Handle handle = script.handle();
    SortedSet<RoomKey> missing = select(handle, keys, lock, found);
    if (lock && !missing.isEmpty()) {
      // Only what is missing is inserted: on rows that exist it would take a shared lock, with
      // which two batches that go on to lock the row would wait for each other.
      Script insert = new Script(handle);
      insert.write(
          "INSERT IGNORE INTO room_broadcasts (merchant_id, room_id, state) VALUES",
          3,
          "",
          missing,
          (statement, index, key) -> {
            statement.setBytes(index + 2, NOTHING);
            return bind(statement, index, key) + 1;
          });
      insert.run();
      select(handle, missing, true, found);
    }
  }

  /** Returns the keys that have no row. A batch meets few rooms, each a row by primary key. */
  private static SortedSet<RoomKey> select(
      Handle handle,
      SortedSet<RoomKey> keys,
      boolean lock,
      BiConsumer<RoomKey, BroadcastOrder> found) {
    SortedSet<RoomKey> missing = new TreeSet<>();
    for (RoomKey key : keys) {
      handle
          .createQuery(lock ? SELECT + " FOR UPDATE" : SELECT)
          .bind("merchant", key.merchantId())
          .bind("room", key.roomId())
          .map((row, context) -> parse(row))
          .findOne()
          .ifPresentOrElse(order -> found.accept(key, order), () -> missing.add(key));
    }
    return missing;
  }

  @Override
  public void save(Script script, Map<RoomKey, BroadcastOrder> changed) {
    script.write(
        "INSERT INTO room_broadcasts (merchant_id, room_id, state) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (statement, index, row) -> {
          statement.setBytes(index + 2, row.getValue().state().toByteArray());
          return bind(statement, index, row.getKey()) + 1;
        });
  }

  private static int bind(PreparedStatement statement, int index, RoomKey key) throws SQLException {
    statement.setString(index, key.merchantId());
    statement.setString(index + 1, key.roomId());
    return index + 2;
  }

  private static BroadcastOrder parse(ResultSet row) throws SQLException {
    try {
      return BroadcastOrder.of(RoomBroadcastsState.parseFrom(row.getBytes("state")));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("room_broadcasts.state can't be read", e);
    }
  }
}
