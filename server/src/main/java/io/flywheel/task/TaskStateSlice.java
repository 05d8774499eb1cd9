package io.flywheel.task;

import com.google.inject.Inject;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.PackedSlice;

/** Viewers' progress in all tasks. Thread-safe. */
final class TaskStateSlice extends PackedSlice<PackedTaskStates> {
  @Inject
  TaskStateSlice() {
    super("task_state", PackedTaskStates.getDefaultInstance());
  }

  /** The same with all of its records read. */
  static TaskStates unpacked(PackedTaskStates states) {
    TaskStates.Builder unpacked =
        TaskStates.newBuilder()
            .setNewestMs(states.getNewestMs())
            .addAllCompletedTasks(states.getCompletedTasksList());
    try {
      for (ByteString record : states.getTasksList()) {
        unpacked.addTasks(TaskRecord.parseFrom(record));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a viewer's progress in tasks can't be read", e);
    }
    return unpacked.build();
  }
}
