package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' progress in all tasks. Thread-safe. */
final class TaskStateSlice extends PackedSlice<TaskStates> {
  @Inject
  TaskStateSlice() {
    super("task_state", TaskStates.getDefaultInstance());
  }
}
