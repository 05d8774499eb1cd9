package io.flywheel.task;

import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.counting.CountingWindow;
import io.flywheel.counting.Occurrence;
import io.flywheel.engine.Turn;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.PassReason;
import io.flywheel.v1.RateLimit;
import io.flywheel.v1.RoomGoalReached;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.TaskPassedOver;
import io.flywheel.v1.TaskProgressed;
import io.flywheel.v1.TaskUnlocked;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Counts an occurrence towards a task, and sees which tiers are reached by it. Thread-safe. */
final class Counting {
  /** A day's rate limit of one second needs no more to take events in any order within minutes. */
  private static final int MOST_RATE_RECORDS = 8;

  private final Payment payment;
  private final RoomGoalSlice roomGoals;
  private final ContributorAppender contributors;

  @Inject
  Counting(Payment payment, RoomGoalSlice roomGoals, ContributorAppender contributors) {
    this.payment = payment;
    this.roomGoals = roomGoals;
    this.contributors = contributors;
  }

  /** How much of a count is one of the task's units. */
  static long unit(CompiledTask task) {
    return task.counter().unit();
  }

  /** Whether the viewer has completed what the task requires. */
  static boolean requirementsMet(CompiledTask task, ViewerProfile profile) {
    for (String required : task.task().getRequiresList()) {
      if (!profile.getCompletedTasksList().contains(required)) {
        return false;
      }
    }
    return true;
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
        || CountingWindow.isGone(window.endsMillis(), newestMillis)
        || (task.isRoomGoal() && window.roomId().isEmpty())) {
      return false;
    }
    int index = indexOf(record, window.name(), window.roomId());
    WindowRecord.Builder counted = index < 0 ? begin(window) : record.getWindows(index).toBuilder();
    if (isDone(task, counted)
        || !task.audienceHolds(turn::profile)
        || !requirementsMet(task, turn.profile())) {
      return false;
    }
    long admitted = admit(task, occurrence, record);
    long added =
        admitted == 0
            ? 0
            : task.counter()
                .measure(
                    occurrence,
                    admitted,
                    turn.program().calendar(),
                    thing -> addDistinct(counted, thing));
    if (added == 0 || (task.isRoomGoal() && !contribute(turn, task, window, added, index < 0))) {
      tellPassedOver(turn, task, occurrence, record, admitted, added);
      return admitted > 0 && task.task().hasRateLimit();
    }
    if (index < 0 && task.task().getHidden() && !record.getUnlocked()) {
      record.setUnlocked(true);
      turn.emit(TaskUnlocked.newBuilder().setTaskId(task.id()).build());
    }
    counted.setCount(counted.getCount() + added);
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
            && task.audienceHolds(turn::profile)
            && requirementsMet(task, turn.profile());
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
    long stretch = at.getEpochSecond() / limit.getPer().getSeconds();
    long used =
        record.getRatesList().stream()
            .filter(rate -> rate.getStretch() == stretch)
            .mapToLong(RateRecord::getTimes)
            .sum();
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
    return !task.task().getRepeat()
        && !task.isRoomGoal()
        && counted.getReached() >= task.tierCount();
  }

  /** How often the occurrence counts under the task's rate limit, which remembers it. */
  private static long admit(CompiledTask task, Occurrence occurrence, TaskRecord.Builder record) {
    if (!task.task().hasRateLimit()) {
      return occurrence.times();
    }
    RateLimit limit = task.task().getRateLimit();
    long stretch = occurrence.at().getEpochSecond() / limit.getPer().getSeconds();
    int place = 0;
    while (place < record.getRatesCount() && record.getRates(place).getStretch() < stretch) {
      place++;
    }
    boolean known =
        place < record.getRatesCount() && record.getRates(place).getStretch() == stretch;
    if (!known && place == 0 && record.getRatesCount() == MOST_RATE_RECORDS) {
      return 0; // too late to know how often it counted then
    }
    int before = known ? record.getRates(place).getTimes() : 0;
    int admitted = (int) Math.min(occurrence.times(), Math.max(0, limit.getTimes() - before));
    RateRecord after =
        RateRecord.newBuilder().setStretch(stretch).setTimes(before + admitted).build();
    if (known) {
      record.setRates(place, after);
    } else {
      record.addRates(place, after);
    }
    if (record.getRatesCount() > MOST_RATE_RECORDS) {
      record.removeRates(0);
    }
    return admitted;
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
      boolean manyRounds = complete && task.task().getRepeat() && task.tierCount() == 1;
      long times = manyRounds ? counted.getCount() / round : 1;
      for (int tier = counted.getReached(); tier < reached; tier++) {
        payment.reach(turn, task, tier, times, record, counted);
      }
      counted.setReached(Math.max(reached, counted.getReached()));
      if (!complete) {
        return;
      }
      turn.emit(
          TaskCompleted.newBuilder().setTaskId(task.id()).setWindow(counted.getWindow()).build());
      if (!task.task().getRepeat()) {
        return;
      }
      counted
          .setRound(counted.getRound() + times)
          .setCount(counted.getCount() - times * round)
          .setReached(0);
    }
  }

  /**
   * Adds to a goal of the room. Each tier that is reached leaves a follow-up that rewards everyone
   * who contributed.
   *
   * @return whether it counted: a goal that is reached in full takes no more
   */
  private boolean contribute(
      Turn turn, CompiledTask task, CountingWindow window, long added, boolean isFirst) {
    RoomGoalKey key =
        new RoomGoalKey(turn.viewer().merchantId(), window.roomId(), task.id(), window.name());
    RoomGoalState before = turn.get(roomGoals, key);
    if (before.getReached() >= task.tierCount()) {
      return false;
    }
    if (isFirst) {
      turn.append(
          contributors,
          new ContributorAppender.Row(key, turn.viewer().viewerId(), before.getCount()));
    }
    long count = before.getCount() + added;
    int reached = Math.max(before.getReached(), task.tiersReached(count / unit(task)));
    turn.set(roomGoals, key, before.toBuilder().setCount(count).setReached(reached).build());
    for (int tier = before.getReached(); tier < reached; tier++) {
      turn.emit(
          RoomGoalReached.newBuilder()
              .setTaskId(task.id())
              .setRoomId(window.roomId())
              .setWindow(window.name())
              .setTier(tier)
              .build());
      turn.followUp(turn.viewer().viewerId(), turn.at(), fanOut(task, window, tier));
    }
    return true;
  }

  private static RoomGoalFanOut fanOut(CompiledTask task, CountingWindow window, int tier) {
    return RoomGoalFanOut.newBuilder()
        .setThreshold(task.threshold(tier) * unit(task))
        .setSettlement(
            SettleRoomGoal.newBuilder()
                .setCause(
                    TaskCause.newBuilder()
                        .setTaskId(task.id())
                        .setTier(tier)
                        .setWindow(window.name()))
                .setRoomId(window.roomId())
                .setWindowEndsMs(window.endsMillis())
                .addAllRewards(task.rewards(tier)))
        .build();
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
