package io.flywheel.task;

import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.StateView;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.TaskProgress;
import io.flywheel.v1.TaskState;
import io.flywheel.v1.TierProgress;
import java.util.ArrayList;
import java.util.List;

/** Says in the API's terms how a viewer stands. Not to be instantiated. */
final class TaskProjection {
  private TaskProjection() {}

  static TaskProgress of(StateView view, TaskStanding standing) {
    CompiledTask task = standing.task();
    TaskProgress.Builder progress =
        TaskProgress.newBuilder()
            .setTaskId(task.id())
            .setTitle(task.task().getTitle())
            .setTrigger(task.counter().trigger())
            .setCountBy(task.counter().count())
            .setGoal(task.task().getGoal())
            .addAllMissingTasks(standing.missingTasks())
            .setWasHidden(task.task().getHidden())
            .setCount(standing.count())
            .setRound(standing.counted().getRound())
            .setMissing(missing(standing))
            .setRule(task.rule());
    if (task.task().hasRateLimit()) {
      progress
          .setTimesLeft(Counting.timesLeft(task, standing.record(), view.at()))
          .setTimesResetAt(Counting.timesResetAt(task, view.at()));
    }
    if (task.isRoomGoal()) {
      progress.setOwnCount(standing.ownCount());
    }
    CountingWindow window = standing.window();
    if (window != null) {
      progress.setWindow(window.name());
      if (window.endsMillis() > 0 && !window.name().startsWith("broadcast:")) {
        progress.setWindowEndsAt(Timestamps.fromMillis(window.endsMillis()));
      }
    }
    for (int tier = 0; tier < task.tierCount(); tier++) {
      progress.addTiers(
          TierProgress.newBuilder()
              .setThreshold(task.threshold(tier))
              .addAllRewards(task.rewards(tier))
              .setReached(standing.isReached(tier))
              .setSettled(standing.isSettled(tier)));
    }
    return progress.setState(stateOf(view, standing, progress)).build();
  }

  /** Rewards of all windows and rounds but the present ones that can still be claimed. */
  static List<TaskCause> unclaimedEarlier(TaskStates states, List<TaskStanding> standings) {
    List<TaskCause> unclaimed = new ArrayList<>();
    for (TaskRecord record : states.getTasksList()) {
      for (WindowRecord window : record.getWindowsList()) {
        boolean isPresent = standings.stream().anyMatch(s -> s.isOf(record, window));
        for (OwedRecord owed : window.getOwedList()) {
          if (!isPresent || owed.getRound() != window.getRound()) {
            unclaimed.add(
                Payment.cause(record.getTaskId(), owed.getTier(), window).toBuilder()
                    .setRound(owed.getRound())
                    .setThreshold(owed.getThreshold())
                    .build());
          }
        }
      }
    }
    return unclaimed;
  }

  /** How much is missing to the next tier. */
  static long missing(TaskStanding standing) {
    CompiledTask task = standing.task();
    int next = standing.nextTier();
    return next >= task.tierCount() ? 0 : task.threshold(next) - standing.count();
  }

  private static TaskState stateOf(
      StateView view, TaskStanding standing, TaskProgress.Builder progress) {
    if (standing.isToClaim()) {
      return TaskState.TASK_STATE_TO_CLAIM;
    }
    if (standing.window() == null) {
      return view.at().toEpochMilli() < standing.task().window().startsAtMillis()
          ? TaskState.TASK_STATE_NOT_STARTED
          : TaskState.TASK_STATE_ENDED;
    }
    if (standing.areAllNoted() && !standing.task().task().getRepeat()) {
      return TaskState.TASK_STATE_DONE;
    }
    return progress.getMissingTasksCount() > 0
        ? TaskState.TASK_STATE_LOCKED
        : TaskState.TASK_STATE_OPEN;
  }
}
