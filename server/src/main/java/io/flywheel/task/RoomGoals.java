package io.flywheel.task;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import io.flywheel.counting.CountingWindow;
import io.flywheel.counting.EventTriggers;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Event;
import io.flywheel.v1.RoomGoalReached;
import io.flywheel.v1.TaskCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The goals of rooms. A viewer's action puts what it contributes into the room's inbox and locks
 * nothing that others share; milliseconds later the room adds to its goals what a whole batch has
 * put there. Each tier that is reached is settled a little later, when what happened at the same
 * time has arrived: everyone is rewarded who had contributed when it was reached, by the times of
 * events. Who is heard of later still is rewarded then. Thread-safe.
 */
final class RoomGoals {
  /** How long what happens at the same time takes to arrive, at most. */
  private static final Duration ARRIVAL = Duration.ofSeconds(10);

  private final RoomGoalSlice goals;
  private final ContributionInbox inbox;
  private final ContributorAppender contributors;
  private final ContributorPageSlice contributorPages;

  @Inject
  RoomGoals(
      RoomGoalSlice goals,
      ContributionInbox inbox,
      ContributorAppender contributors,
      ContributorPageSlice contributorPages) {
    this.goals = goals;
    this.inbox = inbox;
    this.contributors = contributors;
    this.contributorPages = contributorPages;
  }

  /**
   * Names the goals that a room adds to, and those that an event is likely to move: those of the
   * broadcast that it names, for which broadcast is meant otherwise is only known in the turn.
   */
  void prefetch(Prefetch wanted) {
    CompiledProgram program = wanted.program();
    if (wanted.action().body() instanceof RoomContributions contributions) {
      for (GoalContributions added : contributions.getGoalsList()) {
        wanted.get(goals, keyOf(wanted.action().viewer(), added));
      }
    } else if (program != null
        && wanted.action().body() instanceof Event event
        && !event.getRoomId().isEmpty()
        && !event.getBroadcastId().isEmpty()) {
      prefetch(wanted, program, event);
    }
  }

  private void prefetch(Prefetch wanted, CompiledProgram program, Event event) {
    for (CompiledTask task :
        program.get(TaskSection.class).roomGoalsSetOffBy(EventTriggers.of(event))) {
      CountingWindow window =
          task.counter().countsIn(event.getRoomId())
              ? task.window()
                  .at(
                      program.calendar(),
                      wanted.action().at(),
                      event.getRoomId(),
                      event.getBroadcastId())
              : null;
      if (window != null) {
        wanted.peek(goals, keyOf(wanted.action().viewer().merchantId(), task.id(), window));
      }
    }
  }

  /**
   * Contributes to a goal of the room.
   *
   * @param counted what is known of the viewer in the window
   * @return whether it counts: a goal that is reached in full takes only what happened before. That
   *     it is so may be seen some milliseconds late; the goal itself then takes no more.
   */
  boolean contribute(
      Turn turn,
      CompiledTask task,
      Instant at,
      CountingWindow window,
      long amount,
      WindowRecord.Builder counted) {
    RoomGoalKey key = keyOf(turn.viewer().merchantId(), task.id(), window);
    if (isOver(task, turn.peek(goals, key), at.getEpochSecond())) {
      return false;
    }
    String viewerId = turn.viewer().viewerId();
    boolean joins = counted.getFirstMs() == 0 || at.toEpochMilli() < counted.getFirstMs();
    if (joins) {
      counted.setFirstMs(at.toEpochMilli());
      turn.append(contributors, new ContributorAppender.Row(key, viewerId, at.toEpochMilli()));
    }
    turn.put(
        inbox,
        ViewerKey.room(key.merchantId(), key.roomId()),
        new ContributionInbox.Part(
            task.id(),
            window.name(),
            window.endsMillis(),
            at.getEpochSecond(),
            amount,
            joins ? viewerId : ""));
    return true;
  }

  /** Adds to the room's goals what its viewers have contributed. */
  void add(Turn turn, RoomContributions contributions) {
    for (GoalContributions added : contributions.getGoalsList()) {
      CompiledTask known = CompiledTasks.of(turn).find(added.getTaskId());
      // What came in by an earlier version of the program is kept, and reaches tiers if it is back.
      add(turn, known != null && known.isRoomGoal() ? known : null, added);
    }
  }

  private void add(Turn turn, @Nullable CompiledTask task, GoalContributions added) {
    RoomGoalKey key = keyOf(turn.viewer(), added);
    RoomGoalState before = turn.get(goals, key);
    GoalTimeline timeline = GoalTimeline.of(before);
    long count = before.getCount();
    for (int i = 0; i < added.getSecondsCount(); i++) {
      if (task == null || !isOver(task, before, added.getSeconds(i))) {
        timeline.add(added.getSeconds(i), added.getAmounts(i));
        count = LongMath.saturatedAdd(count, added.getAmounts(i));
      }
    }
    if (task != null) {
      rewardLate(turn, task, before, added);
    }
    if (count == before.getCount()) {
      return;
    }
    RoomGoalState.Builder after = before.toBuilder().setCount(count);
    timeline.save(after);
    if (task != null) {
      reachTiers(turn, task, added, after);
    }
    turn.set(goals, key, after.build());
  }

  private static void reachTiers(
      Turn turn, CompiledTask task, GoalContributions added, RoomGoalState.Builder goal) {
    int reached = task.tiersReached(goal.getCount() / Counting.unit(task));
    for (int tier = 0; tier < reached; tier++) {
      if (Tiers.isReached(task, goal, tier)) {
        continue;
      }
      Tiers.reach(task, goal, tier);
      turn.emit(
          RoomGoalReached.newBuilder()
              .setTaskId(task.id())
              .setRoomId(turn.viewer().roomId())
              .setWindow(added.getWindow())
              .setTier(tier)
              .build());
      turn.followUp(
          turn.viewer(),
          turn.at().plus(ARRIVAL),
          RoomGoalFanOut.newBuilder()
              .setThreshold(task.threshold(tier) * Counting.unit(task))
              .setSettlement(settlement(turn, task, tier, added))
              .build());
    }
  }

  /** Rewards those for what is settled who are only heard of now. */
  private static void rewardLate(
      Turn turn, CompiledTask task, RoomGoalState goal, GoalContributions added) {
    for (SettledThreshold settled : goal.getSettledList()) {
      int tier = Tiers.tierOf(task, settled.getThreshold(), task.tierCount());
      for (GoalJoiner joiner : added.getJoinersList()) {
        if (tier >= 0 && joiner.getSecond() <= settled.getSecond()) {
          turn.followUp(joiner.getViewerId(), turn.at(), settlement(turn, task, tier, added));
        }
      }
    }
  }

  private static SettleRoomGoal settlement(
      Turn turn, CompiledTask task, int tier, GoalContributions added) {
    return SettleRoomGoal.newBuilder()
        .setCause(
            TaskCause.newBuilder()
                .setTaskId(task.id())
                .setTier(tier)
                .setThreshold(task.threshold(tier))
                .setWindow(added.getWindow()))
        .setRoomId(turn.viewer().roomId())
        .setWindowEndsMs(added.getWindowEndsMs())
        .addAllRewards(task.rewards(tier))
        .build();
  }

  /** Leaves a follow-up for each of a page of contributors, and one for the next page. */
  void fanOut(Turn turn, RoomGoalFanOut fanOut) {
    SettleRoomGoal settlement = fanOut.getSettlement();
    RoomGoalKey key =
        new RoomGoalKey(
            turn.viewer().merchantId(),
            settlement.getRoomId(),
            settlement.getCause().getTaskId(),
            settlement.getCause().getWindow());
    long second = fanOut.getSecond() != 0 ? fanOut.getSecond() : settle(turn, key, fanOut);
    List<String> viewerIds =
        turn.peek(
            contributorPages,
            new ContributorPageSlice.Key(
                key, fanOut.getThreshold(), second, fanOut.getAfterViewerId()));
    viewerIds.forEach(viewerId -> turn.followUp(viewerId, turn.at(), settlement));
    if (viewerIds.size() == ContributorPageSlice.PAGE_SIZE) {
      String last = viewerIds.get(viewerIds.size() - 1);
      turn.followUpNow(
          turn.viewer(), fanOut.toBuilder().setSecond(second).setAfterViewerId(last).build());
    }
  }

  /** Notes in which second a tier was reached, as far as has arrived by now. */
  private long settle(Turn turn, RoomGoalKey key, RoomGoalFanOut fanOut) {
    long threshold = fanOut.getSettlement().getCause().getThreshold();
    RoomGoalState goal = turn.get(goals, key);
    for (SettledThreshold settled : goal.getSettledList()) {
      if (settled.getThreshold() == threshold) {
        return settled.getSecond();
      }
    }
    long second = GoalTimeline.of(goal).reachedIn(fanOut.getThreshold());
    turn.set(
        goals,
        key,
        goal.toBuilder()
            .addSettled(SettledThreshold.newBuilder().setThreshold(threshold).setSecond(second))
            .build());
    return second;
  }

  /** Whether all tiers are reached and settled, and a second lies behind all of them. */
  private static boolean isOver(CompiledTask task, RoomGoalState goal, long second) {
    return Tiers.areReached(task, goal)
        && goal.getSettledCount() >= goal.getReachedThresholdsCount()
        && goal.getSettledList().stream().allMatch(settled -> settled.getSecond() < second);
  }

  private static RoomGoalKey keyOf(String merchantId, String taskId, CountingWindow window) {
    return new RoomGoalKey(merchantId, window.roomId(), taskId, window.name());
  }

  private static RoomGoalKey keyOf(ViewerKey room, GoalContributions added) {
    return new RoomGoalKey(room.merchantId(), room.roomId(), added.getTaskId(), added.getWindow());
  }
}
