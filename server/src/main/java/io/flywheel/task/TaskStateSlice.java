package io.flywheel.task;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Rows;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** Viewers' progress in all tasks. Thread-safe. */
final class TaskStateSlice implements Slice<ViewerKey, TaskStates> {
  @Inject
  TaskStateSlice() {}

  @Override
  public TaskStates initial(ViewerKey key) {
    return TaskStates.getDefaultInstance();
  }

  @Override
  public void load(
      Handle handle,
      SortedSet<ViewerKey> keys,
      boolean lock,
      BiConsumer<ViewerKey, TaskStates> found) {
    ViewerRows.read(
        handle,
        "SELECT viewer_id, state FROM task_state WHERE merchant_id = ? AND viewer_id IN",
        "",
        keys,
        (key, row) -> found.accept(key, parse(row)));
  }

  @Override
  public void save(Handle handle, Map<ViewerKey, TaskStates> changed) {
    Rows.write(
        handle,
        "INSERT INTO task_state (merchant_id, viewer_id, state) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (statement, index, row) -> {
          statement.setBytes(index + 2, row.getValue().toByteArray());
          return ViewerRows.bindKey(statement, index, row.getKey()) + 1;
        });
  }

  private static TaskStates parse(ResultSet row) throws SQLException {
    try {
      return TaskStates.parseFrom(row.getBytes("state"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("task_state.state can't be read", e);
    }
  }
}
