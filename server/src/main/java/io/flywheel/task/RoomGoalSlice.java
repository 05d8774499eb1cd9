package io.flywheel.task;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** What the viewers of a room have done together. Thread-safe. */
final class RoomGoalSlice implements Slice<RoomGoalKey, RoomGoalState> {
  private static final byte[] NOTHING = {};

  @Inject
  RoomGoalSlice() {}

  @Override
  public RoomGoalState initial(RoomGoalKey key) {
    return RoomGoalState.getDefaultInstance();
  }

  @Override
  public void load(
      Script script,
      SortedSet<RoomGoalKey> keys,
      boolean lock,
      BiConsumer<RoomGoalKey, RoomGoalState> found) {
    for (RoomGoalKey key : keys) {
      if (!select(script.handle(), key, lock, found) && lock) {
        insert(script.handle(), key);
        select(script.handle(), key, true, found);
      }
    }
  }

  private static boolean select(
      Handle handle, RoomGoalKey key, boolean lock, BiConsumer<RoomGoalKey, RoomGoalState> found) {
    List<byte[]> rows =
        handle
            .createQuery(
                """
                SELECT state FROM task_room_goal
                WHERE merchant_id = :merchant AND room_id = :room AND task_id = :task AND task_window = :window
                """
                    + (lock ? "FOR UPDATE" : ""))
            .bind("merchant", key.merchantId())
            .bind("room", key.roomId())
            .bind("task", key.taskId())
            .bind("window", key.window())
            .mapTo(byte[].class)
            .list();
    rows.forEach(bytes -> found.accept(key, parse(bytes)));
    return !rows.isEmpty();
  }

  private static void insert(Handle handle, RoomGoalKey key) {
    Script script = new Script(handle);
    script.write(
        "INSERT IGNORE INTO task_room_goal (merchant_id, room_id, task_id, task_window, state)"
            + " VALUES",
        5,
        "",
        List.of(key),
        (statement, index, row) -> {
          statement.setBytes(index + 4, NOTHING);
          return bind(statement, index, row) + 1;
        });
    script.run();
  }

  @Override
  public void save(Script script, Map<RoomGoalKey, RoomGoalState> changed) {
    script.write(
        "INSERT INTO task_room_goal (merchant_id, room_id, task_id, task_window, state) VALUES",
        5,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (statement, index, row) -> {
          statement.setBytes(index + 4, row.getValue().toByteArray());
          return bind(statement, index, row.getKey()) + 1;
        });
  }

  static int bind(PreparedStatement statement, int index, RoomGoalKey key) throws SQLException {
    statement.setString(index, key.merchantId());
    statement.setString(index + 1, key.roomId());
    statement.setString(index + 2, key.taskId());
    statement.setString(index + 3, key.window());
    return index + 4;
  }

  private static RoomGoalState parse(byte[] bytes) {
    try {
      return RoomGoalState.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("task_room_goal.state can't be read", e);
    }
  }
}
