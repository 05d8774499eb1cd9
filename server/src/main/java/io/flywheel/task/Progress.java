package io.flywheel.task;

import io.flywheel.engine.Turn;
import io.flywheel.program.Condition;
import java.util.function.Predicate;

/** A viewer's progress while one message is reacted to. Used by one thread. */
final class Progress {
  private final Turn turn;
  private final TaskStateSlice slice;
  private final TaskStates before;
  private final TaskStates.Builder states;
  private boolean changed;

  Progress(Turn turn, TaskStateSlice slice) {
    this.turn = turn;
    this.slice = slice;
    this.before = turn.get(slice);
    this.states = before.toBuilder();
  }

  /** The latest time that any event counted at, in epoch milliseconds. */
  long newestMillis() {
    return states.getNewestMs();
  }

  /** Changes a task's record; what the change leaves is kept if the change says so. */
  void edit(String taskId, Predicate<TaskRecord.Builder> change) {
    int index = indexOf(taskId);
    TaskRecord.Builder record =
        index < 0 ? TaskRecord.newBuilder().setTaskId(taskId) : states.getTasks(index).toBuilder();
    if (!change.test(record)) {
      return;
    }
    changed = true;
    if (index < 0) {
      states.addTasks(record);
    } else {
      states.setTasks(index, record);
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
          slice, states.setNewestMs(Math.max(newestMillis(), turn.at().toEpochMilli())).build());
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
    for (int i = 0; i < states.getTasksCount(); i++) {
      if (states.getTasks(i).getTaskId().equals(taskId)) {
        return i;
      }
    }
    return -1;
  }
}
