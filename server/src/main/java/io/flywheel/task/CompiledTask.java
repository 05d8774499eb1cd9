package io.flywheel.task;

import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import io.flywheel.counting.Counter;
import io.flywheel.counting.Triggers;
import io.flywheel.counting.WindowRule;
import io.flywheel.engine.StateView;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.Goal;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Payout;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Task;
import io.flywheel.v1.TaskOrBuilder;
import io.flywheel.v1.Text;
import io.flywheel.v1.Tier;
import io.flywheel.v1.ViewerProfile;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A task as reactors use it: defaults filled in, conditions planned, tiers in arrays. Immutable and
 * thread-safe.
 */
final class CompiledTask {
  private final Task task;
  private final int index;
  private final ByteString beginningOfRecord;
  private final Supplier<Text> rule;
  private final long[] thresholds;
  private final ImmutableList<ImmutableList<Reward>> rewards;
  private final Counter counter;
  private final WindowRule window;
  private final Condition audience;

  CompiledTask(Task task, int index, String currency, Triggers triggers) {
    this.task = task;
    this.index = index;
    this.beginningOfRecord = Progress.beginningOfRecord(task.getId());
    this.rule = Suppliers.memoize(() -> RuleText.of(task, currency));
    this.thresholds = task.getTiersList().stream().mapToLong(Tier::getThreshold).toArray();
    this.rewards =
        task.getTiersList().stream()
            .map(tier -> ImmutableList.copyOf(tier.getRewardsList()))
            .collect(ImmutableList.toImmutableList());
    String owner = "Task " + task.getId();
    this.counter = triggers.compile(metricOf(task), task.getId(), owner);
    this.window = WindowRule.of(task.getWindow(), isRoomGoal());
    this.audience = Condition.ofStored(Subject.VIEWER_ONLY, task.getAudience(), owner);
  }

  /** What a task counts. */
  static Metric metricOf(TaskOrBuilder task) {
    return Metric.newBuilder()
        .setTriggerValue(task.getTriggerValue())
        .setCustom(task.getCustom())
        .setOfTask(task.getOfTask())
        .setCondition(task.getCondition())
        .setCountValue(task.getCountValue())
        .addAllRooms(task.getRoomsList())
        .build();
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

  /** With what each viewer's packed record of it begins, and no other record. */
  ByteString beginningOfRecord() {
    return beginningOfRecord;
  }

  /** What a viewer has to do, in words. */
  Text rule() {
    return rule.get();
  }

  /** What it counts. */
  Counter counter() {
    return counter;
  }

  /** In which stretches of time it counts. */
  WindowRule window() {
    return window;
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

  /** What its condition and its audience ask of viewers. */
  Stream<String> viewerFields() {
    return Stream.concat(counter.viewerFields().stream(), audience.viewerFields().stream());
  }

  boolean hasAudience() {
    return !audience.isAlways();
  }

  /** Whether the task is for this viewer. An evaluation that fails counts as false. */
  boolean audienceHolds(StateView view) {
    return audience(view).holds();
  }

  /** Whether the task is for this viewer, and if it can't be reckoned, why. */
  Condition.Verdict audience(StateView view) {
    return audience.reckon(null, null, () -> view.profileNow(audience.viewerFields()));
  }

  /**
   * Whether the task is for this viewer. An evaluation that fails counts as false.
   *
   * @param viewer asked only where there is an audience to check
   */
  boolean audienceHolds(Supplier<ViewerProfile> viewer) {
    return audience.test(null, null, viewer);
  }
}
