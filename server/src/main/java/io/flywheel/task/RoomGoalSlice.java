package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSharedSlice;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What the viewers of a room have done together. Thread-safe. */
final class RoomGoalSlice extends PackedSharedSlice<RoomGoalKey, RoomGoalState> {
  private static final int RANK = 200;

  @Inject
  RoomGoalSlice() {
    super(
        RANK,
        "task_room_goal",
        List.of("merchant_id", "room_id", "task_id", "task_window"),
        RoomGoalState.getDefaultInstance());
  }

  @Override
  protected int bindKey(PreparedStatement statement, int index, RoomGoalKey key)
      throws SQLException {
    return bind(statement, index, key);
  }

  @Override
  protected RoomGoalKey readKey(ResultSet row) throws SQLException {
    return new RoomGoalKey(
        row.getString("merchant_id"),
        row.getString("room_id"),
        row.getString("task_id"),
        row.getString("task_window"));
  }

  static int bind(PreparedStatement statement, int index, RoomGoalKey key) throws SQLException {
    statement.setString(index, key.merchantId());
    statement.setString(index + 1, key.roomId());
    statement.setString(index + 2, key.taskId());
    statement.setString(index + 3, key.window());
    return index + 4;
  }
}
