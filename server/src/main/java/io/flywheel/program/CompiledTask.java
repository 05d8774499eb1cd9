package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.util.Timestamps;
import dev.cel.common.CelException;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task as reactors use it: defaults filled in, conditions planned, tiers in arrays. Immutable and
 * thread-safe.
 */
public final class CompiledTask {
  private static final Logger log = LoggerFactory.getLogger(CompiledTask.class);

  private final Task task;
  private final int index;
  private final long[] thresholds;
  private final ImmutableList<ImmutableList<Reward>> rewards;
  private final ImmutableSet<String> rooms;
  private final long startsAtMillis;
  private final long endsAtMillis;
  private final @Nullable Condition condition;
  private final @Nullable Condition audience;

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
  public Task task() {
    return task;
  }

  /** Its place in the program, from 0. */
  public int index() {
    return index;
  }

  public String id() {
    return task.getId();
  }

  public Trigger trigger() {
    return task.getTrigger();
  }

  public CountBy count() {
    return task.getCount();
  }

  public WindowKind window() {
    return task.getWindow().getKind();
  }

  /** The beginning of a custom window; {@code Long.MIN_VALUE} for every other kind. */
  public long startsAtMillis() {
    return startsAtMillis;
  }

  /**
   * The end of a custom window, which is not part of it; {@code Long.MAX_VALUE} for every other
   * kind.
   */
  public long endsAtMillis() {
    return endsAtMillis;
  }

  /** Whether everyone's counts in a room are added up. */
  public boolean isRoomGoal() {
    return task.getGoal() == Goal.GOAL_ROOM;
  }

  /** Whether rewards wait for the viewer to claim them. */
  public boolean isPaidOnClaim() {
    return task.getPayout() == Payout.PAYOUT_ON_CLAIM;
  }

  public int tierCount() {
    return thresholds.length;
  }

  /** The count at which a tier is reached. */
  public long threshold(int tier) {
    return thresholds[tier];
  }

  /** The last tier's threshold. */
  public long lastThreshold() {
    return thresholds[thresholds.length - 1];
  }

  /** How many tiers a count reaches, from 0 to {@link #tierCount}. */
  public int tiersReached(long count) {
    int found = Arrays.binarySearch(thresholds, count);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** What a tier gives. */
  public ImmutableList<Reward> rewards(int tier) {
    return rewards.get(tier);
  }

  /** Whether the trigger counts in a room; an empty id stands for outside of rooms. */
  public boolean countsIn(String roomId) {
    return rooms.isEmpty() || rooms.contains(roomId);
  }

  public boolean hasCondition() {
    return condition == null || !condition.isAlways();
  }

  public boolean hasAudience() {
    return audience == null || !audience.isAlways();
  }

  /**
   * Whether the condition holds for an event. An evaluation that fails counts as false.
   *
   * @param viewer asked only where the condition speaks of the viewer
   */
  public boolean conditionHolds(Event event, Supplier<ViewerProfile> viewer) {
    return condition != null && condition.test(event, null, viewer);
  }

  /**
   * Whether the condition holds for a fact. An evaluation that fails counts as false.
   *
   * @param viewer asked only where the condition speaks of the viewer
   */
  public boolean conditionHolds(Fact fact, Supplier<ViewerProfile> viewer) {
    return condition != null && condition.test(null, fact, viewer);
  }

  /**
   * Whether the task is for this viewer. An evaluation that fails counts as false.
   *
   * @param viewer asked only where there is an audience to check
   */
  public boolean audienceHolds(Supplier<ViewerProfile> viewer) {
    return audience != null && audience.test(null, null, viewer);
  }

  /**
   * A version that was applied must load for ever: what can't be planned any more holds for nobody
   * (null).
   */
  private @Nullable Condition plan(Subject subject, String expression) {
    try {
      return Condition.of(subject, expression);
    } catch (CelException e) {
      log.warn("Task {}: a stored condition holds for nobody now: {}", id(), e.getMessage());
      return null;
    }
  }
}
