package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
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
  protected void bindKey(Values values, RoomGoalKey key) {
    bind(values, key);
  }

  @Override
  protected RoomGoalKey readKey(ResultSet row) throws SQLException {
    return new RoomGoalKey(
        row.getString("merchant_id"),
        row.getString("room_id"),
        row.getString("task_id"),
        row.getString("task_window"));
  }

  static void bind(Values values, RoomGoalKey key) {
    values.text(key.merchantId());
    values.text(key.roomId());
    values.text(key.taskId());
    values.text(key.window());
  }
}
