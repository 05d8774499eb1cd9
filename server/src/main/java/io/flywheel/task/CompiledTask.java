package io.flywheel.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Goal;
import io.flywheel.v1.Payout;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Task;
import io.flywheel.v1.Tier;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.WindowKind;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A task as reactors use it: defaults filled in, conditions planned, tiers in arrays. Immutable and
 * thread-safe.
 */
final class CompiledTask {
  private final Task task;
  private final int index;
  private final long[] thresholds;
  private final ImmutableList<ImmutableList<Reward>> rewards;
  private final ImmutableSet<String> rooms;
  private final long startsAtMillis;
  private final long endsAtMillis;
  private final Condition condition;
  private final Condition audience;

  CompiledTask(Task task, int index) {
    this.task = task;
    this.index = index;
    this.thresholds = task.getTiersList().stream().mapToLong(Tier::getThreshold).toArray();
    this.rewards =
        task.getTiersList().stream()
            .map(tier -> ImmutableList.copyOf(tier.getRewardsList()))
            .collect(ImmutableList.toImmutableList());
    this.rooms = ImmutableSet.copyOf(task.getRoomsList());
    boolean custom = task.getWindow().getKind() == WindowKind.WINDOW_KIND_CUSTOM;
    this.startsAtMillis =
        custom ? Timestamps.toMillis(task.getWindow().getStartsAt()) : Long.MIN_VALUE;
    this.endsAtMillis = custom ? Timestamps.toMillis(task.getWindow().getEndsAt()) : Long.MAX_VALUE;
    this.condition = plan(Triggers.subject(task.getTrigger()), task.getCondition());
    this.audience = plan(Subject.VIEWER_ONLY, task.getAudience());
  }

  /** The task as configured, with all defaults filled in. */
  Task task() {
    return task;
  }

  /** Its place in the program, from 0. */
  int index() {
    return index;
  }

  String id() {
    return task.getId();
  }

  Trigger trigger() {
    return task.getTrigger();
  }

  CountBy count() {
    return task.getCount();
  }

  WindowKind window() {
    return task.getWindow().getKind();
  }

  /** The beginning of a custom window; {@code Long.MIN_VALUE} for every other kind. */
  long startsAtMillis() {
    return startsAtMillis;
  }

  /**
   * The end of a custom window, which is not part of it; {@code Long.MAX_VALUE} for every other
   * kind.
   */
  long endsAtMillis() {
    return endsAtMillis;
  }

  /** Whether everyone's counts in a room are added up. */
  boolean isRoomGoal() {
    return task.getGoal() == Goal.GOAL_ROOM;
  }

  /** Whether rewards wait for the viewer to claim them. */
  boolean isPaidOnClaim() {
    return task.getPayout() == Payout.PAYOUT_ON_CLAIM;
  }

  int tierCount() {
    return thresholds.length;
  }

  /** The count at which a tier is reached. */
  long threshold(int tier) {
    return thresholds[tier];
  }

  /** The last tier's threshold. */
  long lastThreshold() {
    return thresholds[thresholds.length - 1];
  }

  /** How many tiers a count reaches, from 0 to {@link #tierCount}. */
  int tiersReached(long count) {
    int found = Arrays.binarySearch(thresholds, count);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** What a tier gives. */
  ImmutableList<Reward> rewards(int tier) {
    return rewards.get(tier);
  }

  /** Whether the trigger counts in a room; an empty id stands for outside of rooms. */
  boolean countsIn(String roomId) {
    return rooms.isEmpty() || rooms.contains(roomId);
  }

  boolean hasCondition() {
    return !condition.isAlways();
  }

  boolean hasAudience() {
    return !audience.isAlways();
  }

  /**
   * Whether the condition holds for an event. An evaluation that fails counts as false.
   *
   * @param viewer asked only where the condition speaks of the viewer
   */
  boolean conditionHolds(Event event, Supplier<ViewerProfile> viewer) {
    return condition.test(event, null, viewer);
  }

  /**
   * Whether the condition holds for a fact. An evaluation that fails counts as false.
   *
   * @param viewer asked only where the condition speaks of the viewer
   */
  boolean conditionHolds(Fact fact, Supplier<ViewerProfile> viewer) {
    return condition.test(null, fact, viewer);
  }

  /**
   * Whether the task is for this viewer. An evaluation that fails counts as false.
   *
   * @param viewer asked only where there is an audience to check
   */
  boolean audienceHolds(Supplier<ViewerProfile> viewer) {
    return audience.test(null, null, viewer);
  }

  private Condition plan(Subject subject, String expression) {
    return Condition.ofStored(subject, expression, "Task " + id());
  }
}
