package io.flywheel.task;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.counting.Counter;
import io.flywheel.counting.CountingWindow;
import io.flywheel.counting.Occurrence;
import io.flywheel.engine.Turn;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.PassReason;
import io.flywheel.v1.RateLimit;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.TaskPassedOver;
import io.flywheel.v1.TaskProgressed;
import io.flywheel.v1.TaskUnlocked;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Counts an occurrence towards a task, and sees which tiers are reached by it. Thread-safe. */
final class Counting {
  private final Payment payment;
  private final CompletedTasks completed;
  private final RoomGoals roomGoals;
  private final Broadcasts broadcasts;

  @Inject
  Counting(Payment payment, CompletedTasks completed, RoomGoals roomGoals, Broadcasts broadcasts) {
    this.payment = payment;
    this.completed = completed;
    this.broadcasts = broadcasts;
    this.roomGoals = roomGoals;
  }

  /** How much of a count is one of the task's units. */
  static long unit(CompiledTask task) {
    return task.counter().unit();
  }

  /**
   * Counts an occurrence that the task asks for.
   *
   * @return whether the record changed
   */
  boolean count(
      Turn turn,
      CompiledTask task,
      Occurrence occurrence,
      TaskRecord.Builder record,
      long newestMillis) {
    CountingWindow window = windowOf(turn, task, occurrence);
    if (window == null
        || (task.isRoomGoal() && window.roomId().isEmpty())
        || !isInTime(turn, task, occurrence, window, record, newestMillis)
        || !task.audienceHolds(turn)
        || !completed.areEnoughFor(task, turn)) {
      return false;
    }
    long admitted = admit(turn, task, occurrence, record, newestMillis);
    boolean charged = admitted > 0 && task.task().hasRateLimit();
    int index = indexOf(record, window.name(), window.roomId());
    WindowRecord.Builder counted = index < 0 ? begin(window) : record.getWindows(index).toBuilder();
    if (isDone(task, counted)) {
      return charged;
    }
    long added =
        admitted == 0
            ? 0
            : task.counter()
                .measure(
                    occurrence,
                    admitted,
                    turn.program().calendar(),
                    thing -> addDistinct(counted, thing));
    if (added == 0
        || (task.isRoomGoal()
            && !roomGoals.contribute(turn, task, occurrence.at(), window, added, counted))) {
      tellPassedOver(turn, task, occurrence, record, admitted, added);
      return charged;
    }
    if (index < 0 && task.task().getHidden() && !record.getUnlocked()) {
      record.setUnlocked(true);
      turn.emit(TaskUnlocked.newBuilder().setTaskId(task.id()).build());
    }
    counted.setCount(LongMath.saturatedAdd(counted.getCount(), added));
    // A broadcast's end is guessed from what counted last, which a late event must not bring
    // forward.
    counted.setEndsMs(Math.max(counted.getEndsMs(), window.endsMillis()));
    tellProgress(turn, task, counted);
    tellPassedOver(turn, task, occurrence, record, admitted, added);
    if (!task.isRoomGoal()) {
      reachTiers(turn, task, record, counted);
    }
    if (index < 0) {
      record.addWindows(counted);
    } else {
      record.setWindows(index, counted);
    }
    return true;
  }

  /**
   * Tells the viewer that an action is not what the task asks for, if the task is open to the
   * viewer.
   */
  void passOver(Turn turn, CompiledTask task, Occurrence occurrence, TaskRecordOrBuilder record) {
    CountingWindow window = windowOf(turn, task, occurrence);
    int index = window == null ? -1 : indexOf(record, window.name(), window.roomId());
    boolean isOpen =
        window != null
            && !(index >= 0 && isDone(task, record.getWindows(index)))
            && task.audienceHolds(turn)
            && completed.areEnoughFor(task, turn);
    if (isOpen && isKnown(task, record)) {
      turn.emit(passedOver(task, PassReason.PASS_REASON_CONDITION).build());
    }
  }

  /** Tells why an action that the task asks for did not count, or not all of it. */
  private static void tellPassedOver(
      Turn turn,
      CompiledTask task,
      Occurrence occurrence,
      TaskRecordOrBuilder record,
      long admitted,
      long added) {
    if (!occurrence.isOwnDeed(turn) || !isKnown(task, record)) {
      return;
    }
    if (admitted < occurrence.times()) {
      turn.emit(
          passedOver(task, PassReason.PASS_REASON_RATE_LIMIT)
              .setCountsAgainAt(timesResetAt(task, occurrence.at()))
              .build());
    } else if (added == 0 && task.counter().count() == CountBy.COUNT_BY_DISTINCT_TEXTS) {
      turn.emit(passedOver(task, PassReason.PASS_REASON_SAID_BEFORE).build());
    }
  }

  private static @Nullable CountingWindow windowOf(
      Turn turn, CompiledTask task, Occurrence occurrence) {
    return task.window()
        .at(
            turn.program().calendar(),
            occurrence.at(),
            occurrence.roomId(),
            occurrence.broadcastId());
  }

  /** A hidden task stays unknown until the viewer has unlocked it. */
  private static boolean isKnown(CompiledTask task, TaskRecordOrBuilder record) {
    return !task.task().getHidden() || record.getUnlocked();
  }

  private static TaskPassedOver.Builder passedOver(CompiledTask task, PassReason reason) {
    return TaskPassedOver.newBuilder().setTaskId(task.id()).setReason(reason);
  }

  /** How often the trigger still counts in the present stretch of a task that has a rate limit. */
  static long timesLeft(CompiledTask task, TaskRecordOrBuilder record, Instant at) {
    RateLimit limit = task.task().getRateLimit();
    int used = RateMemory.of(record).timesIn(stretchOf(limit, at));
    return Math.max(0, limit.getTimes() - used);
  }

  /** When the present stretch of a rate limit ends. */
  static Timestamp timesResetAt(CompiledTask task, Instant at) {
    long seconds = task.task().getRateLimit().getPer().getSeconds();
    return Timestamps.fromSeconds((at.getEpochSecond() / seconds + 1) * seconds);
  }

  /** The place of a window's record; -1: there is none. */
  static int indexOf(TaskRecordOrBuilder record, String window, String roomId) {
    for (int i = 0; i < record.getWindowsCount(); i++) {
      WindowRecord found = record.getWindows(i);
      if (found.getWindow().equals(window) && found.getRoomId().equals(roomId)) {
        return i;
      }
    }
    return -1;
  }

  static WindowRecord.Builder begin(CountingWindow window) {
    return WindowRecord.newBuilder()
        .setWindow(window.name())
        .setRoomId(window.roomId())
        .setEndsMs(window.endsMillis());
  }

  private static boolean isDone(CompiledTask task, WindowRecordOrBuilder counted) {
    return !task.task().getRepeat() && !task.isRoomGoal() && Tiers.areReached(task, counted);
  }

  /** Whether what happened is in time for its window; tells if it is not. */
  private boolean isInTime(
      Turn turn,
      CompiledTask task,
      Occurrence occurrence,
      CountingWindow window,
      TaskRecordOrBuilder record,
      long newestMillis) {
    PassReason reason = null;
    long closes = closesMillis(turn, window.name(), window.roomId(), window.endsMillis());
    if (CountingWindow.isGone(closes, newestMillis)) {
      reason = PassReason.PASS_REASON_TOO_LATE;
    } else if (closes != 0 && occurrence.at().toEpochMilli() >= closes) {
      reason = PassReason.PASS_REASON_BROADCAST_CLOSED;
    }
    if (reason != null && isKnown(task, record)) {
      turn.emit(passedOver(task, reason).build());
    }
    return reason == null;
  }

  /** Whether all that may still arrive is too late for a window that is stored. */
  boolean isForgotten(Turn turn, WindowRecordOrBuilder window, long newestMillis) {
    return CountingWindow.isGone(
        closesMillis(turn, window.getWindow(), window.getRoomId(), window.getEndsMs()),
        newestMillis);
  }

  /**
   * When a window takes no more. A broadcast's is open for as long as the broadcast counts, which
   * is known of the room; where nobody knows of the broadcast any more, it is guessed from what
   * counted last.
   */
  private long closesMillis(Turn turn, String name, String roomId, long endsMillis) {
    String broadcastId = CountingWindow.broadcastOf(name);
    if (broadcastId == null) {
      return endsMillis;
    }
    long closes = broadcasts.broadcast(turn, roomId, broadcastId).closesMillis();
    return closes == Broadcast.NEVER ? endsMillis : closes;
  }

  /** How often the occurrence counts under the task's rate limit, which remembers it. */
  private static long admit(
      Turn turn,
      CompiledTask task,
      Occurrence occurrence,
      TaskRecord.Builder record,
      long newestMillis) {
    if (!task.task().hasRateLimit()) {
      return occurrence.times();
    }
    RateLimit limit = task.task().getRateLimit();
    long stretch = stretchOf(limit, occurrence.at());
    RateMemory memory = RateMemory.of(record);
    if (memory.hasForgotten(stretch)) {
      turn.emit(passedOver(task, PassReason.PASS_REASON_TOO_LATE).build());
      return 0;
    }
    int left = Math.max(0, limit.getTimes() - memory.timesIn(stretch));
    int admitted = (int) Math.min(occurrence.times(), left);
    if (admitted > 0) {
      memory.add(stretch, admitted);
      long newest = Math.max(newestMillis, occurrence.at().toEpochMilli());
      memory.save(
          record, Instant.ofEpochMilli(newest), CountingWindow.LATE, limit.getPer().getSeconds());
    }
    return admitted;
  }

  private static long stretchOf(RateLimit limit, Instant at) {
    return at.getEpochSecond() / limit.getPer().getSeconds();
  }

  private static boolean addDistinct(WindowRecord.Builder counted, long thing) {
    if (counted.getDistinctCount() >= Counter.MAX_DISTINCT
        || counted.getDistinctList().contains(thing)) {
      return false;
    }
    counted.addDistinct(thing);
    return true;
  }

  private void reachTiers(
      Turn turn, CompiledTask task, TaskRecord.Builder record, WindowRecord.Builder counted) {
    long round = task.lastThreshold() * unit(task);
    while (true) {
      int reached = task.tiersReached(counted.getCount() / unit(task));
      boolean complete = reached == task.tierCount();
      boolean isNews = complete && !Tiers.isReached(task, counted, task.tierCount() - 1);
      boolean manyRounds = complete && task.task().getRepeat() && task.tierCount() == 1;
      long times = manyRounds ? counted.getCount() / round : 1;
      for (int tier = 0; tier < reached; tier++) {
        if (!Tiers.isReached(task, counted, tier)) {
          payment.reach(turn, task, tier, times, record, counted);
          Tiers.reach(task, counted, tier);
        }
      }
      if (isNews) {
        turn.emit(
            TaskCompleted.newBuilder().setTaskId(task.id()).setWindow(counted.getWindow()).build());
      }
      if (!complete || !task.task().getRepeat()) {
        return;
      }
      counted
          .setRound(LongMath.saturatedAdd(counted.getRound(), times))
          .setCount(counted.getCount() - times * round)
          .clearReached()
          .clearReachedThresholds();
    }
  }

  private static void tellProgress(Turn turn, CompiledTask task, WindowRecord.Builder counted) {
    long count = counted.getCount() / unit(task);
    int next = Math.min(task.tiersReached(count), task.tierCount() - 1);
    turn.emit(
        TaskProgressed.newBuilder()
            .setTaskId(task.id())
            .setWindow(counted.getWindow())
            .setCount(count)
            .setThreshold(task.threshold(next))
            .build());
  }
}
