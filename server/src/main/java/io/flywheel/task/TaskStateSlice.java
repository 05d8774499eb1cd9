package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' progress in all tasks. Thread-safe. */
final class TaskStateSlice extends PackedSlice<TaskStates> {
  @Inject
  TaskStateSlice() {
    super(
        "SELECT viewer_id, state FROM task_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO task_state (merchant_id, viewer_id, state) VALUES",
        TaskStates.getDefaultInstance());
  }
}
