package io.flywheel.task;

import io.flywheel.engine.Turn;
import io.flywheel.program.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A viewer's progress while one message is reacted to. Used by one thread. */
final class Progress {
  private final Turn turn;
  private final TaskStateSlice slice;
  private final TaskStates before;

  /** As they are by now; copied when the first of them changes. */
  private List<TaskRecord> records;

  private boolean changed;

  Progress(Turn turn, TaskStateSlice slice) {
    this.turn = turn;
    this.slice = slice;
    this.before = turn.get(slice);
    this.records = before.getTasksList();
  }

  /** The latest time that any event counted at, in epoch milliseconds. */
  long newestMillis() {
    return before.getNewestMs();
  }

  /** Changes a task's record; what the change leaves is kept if the change says so. */
  void edit(String taskId, Predicate<TaskRecord.Builder> change) {
    int index = indexOf(taskId);
    TaskRecord.Builder record =
        index < 0 ? TaskRecord.newBuilder().setTaskId(taskId) : records.get(index).toBuilder();
    if (!change.test(record)) {
      return;
    }
    if (!changed) {
      changed = true;
      records = new ArrayList<>(records);
    }
    if (index < 0) {
      records.add(record.build());
    } else {
      records.set(index, record.build());
    }
  }

  /**
   * Remembers why a task's condition could not be reckoned, or forgets it once it could.
   *
   * @return whether the record has changed
   */
  static boolean reckoned(TaskRecord.Builder record, Condition.Verdict verdict) {
    if (record.getUnreckoned().equals(verdict.problem())) {
      return false;
    }
    record.setUnreckoned(verdict.problem());
    return true;
  }

  /** Makes the changes the viewer's state. */
  void save() {
    if (changed) {
      turn.set(
          slice,
          before.toBuilder()
              .clearTasks()
              .addAllTasks(records)
              .setNewestMs(Math.max(newestMillis(), turn.at().toEpochMilli()))
              .build());
    }
  }

  /** Whether the newest time lies in another hour than before, so that windows may have gone. */
  boolean isNewHour() {
    return turn.at().toEpochMilli() / 3_600_000 > before.getNewestMs() / 3_600_000;
  }

  /** The ids of the tasks with a record. */
  Iterable<String> taskIds() {
    return before.getTasksList().stream().map(TaskRecord::getTaskId).toList();
  }

  private int indexOf(String taskId) {
    for (int i = 0; i < records.size(); i++) {
      if (records.get(i).getTaskId().equals(taskId)) {
        return i;
      }
    }
    return -1;
  }
}
