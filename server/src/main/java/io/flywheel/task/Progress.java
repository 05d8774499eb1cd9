package io.flywheel.task;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Turn;
import io.flywheel.program.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A viewer's progress while one message is reacted to. Of the records those are read that are
 * edited, and those that change are written. Used by one thread.
 */
final class Progress {
  private final Turn turn;
  private final TaskStateSlice slice;
  private final PackedTaskStates before;

  /** As they are by now, packed; copied when the first of them changes. */
  private List<ByteString> records;

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
  void edit(CompiledTask task, Predicate<TaskRecord.Builder> change) {
    edit(task.beginningOfRecord(), change);
  }

  /** Changes the record of a task, which need not be in the program, likewise. */
  void edit(String taskId, Predicate<TaskRecord.Builder> change) {
    edit(beginningOfRecord(taskId), change);
  }

  /** Changes the record of each task that has one, likewise. */
  void editAll(Predicate<TaskRecord.Builder> change) {
    for (int i = 0; i < records.size(); i++) {
      edit(i, records.get(i), change);
    }
  }

  /**
   * With what a task's packed record begins, and no other's.
   *
   * @param taskId not empty, or all records would begin so
   */
  static ByteString beginningOfRecord(String taskId) {
    if (taskId.isEmpty()) {
      throw new IllegalArgumentException("a task without an id");
    }
    return TaskRecord.newBuilder().setTaskId(taskId).build().toByteString();
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

  private void edit(ByteString beginning, Predicate<TaskRecord.Builder> change) {
    int index = indexOf(beginning);
    edit(index, index < 0 ? beginning : records.get(index), change);
  }

  /**
   * Changes a record.
   *
   * @param index its place; -1: it is new
   */
  private void edit(int index, ByteString packed, Predicate<TaskRecord.Builder> change) {
    TaskRecord.Builder record = unpacked(packed);
    if (!change.test(record)) {
      return;
    }
    if (!changed) {
      changed = true;
      records = new ArrayList<>(records);
    }
    if (index < 0) {
      records.add(record.build().toByteString());
    } else {
      records.set(index, record.build().toByteString());
    }
  }

  private static TaskRecord.Builder unpacked(ByteString record) {
    try {
      return TaskRecord.newBuilder().mergeFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a viewer's progress in a task can't be read", e);
    }
  }

  private int indexOf(ByteString beginning) {
    for (int i = 0; i < records.size(); i++) {
      if (records.get(i).startsWith(beginning)) {
        return i;
      }
    }
    return -1;
  }
}
