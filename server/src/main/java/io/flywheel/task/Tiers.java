package io.flywheel.task;

import java.util.List;

/**
 * Which tiers of a task are reached. Tiers are known by their thresholds, so that another version
 * of the program neither pays again what was paid nor keeps back what is newly reached. Pure
 * functions.
 */
final class Tiers {
  private Tiers() {}

  /** Whether a tier is reached in a window's present round. */
  static boolean isReached(CompiledTask task, WindowRecordOrBuilder window, int tier) {
    return isReached(task, window.getReachedThresholdsList(), window.getReached(), tier);
  }

  /** Whether a tier of a goal of the room is reached. */
  static boolean isReached(CompiledTask task, RoomGoalStateOrBuilder goal, int tier) {
    return isReached(task, goal.getReachedThresholdsList(), goal.getReached(), tier);
  }

  /** Whether all tiers are reached in a window's present round. */
  static boolean areReached(CompiledTask task, WindowRecordOrBuilder window) {
    return firstNotReached(task, window) == task.tierCount();
  }

  /** Whether all tiers of a goal of the room are reached. */
  static boolean areReached(CompiledTask task, RoomGoalStateOrBuilder goal) {
    return firstNotReached(task, goal) == task.tierCount();
  }

  /** The first tier that is not reached; the number of tiers: all are. */
  static int firstNotReached(CompiledTask task, WindowRecordOrBuilder window) {
    int tier = 0;
    while (tier < task.tierCount() && isReached(task, window, tier)) {
      tier++;
    }
    return tier;
  }

  /** The first tier of a goal of the room that is not reached. */
  static int firstNotReached(CompiledTask task, RoomGoalStateOrBuilder goal) {
    int tier = 0;
    while (tier < task.tierCount() && isReached(task, goal, tier)) {
      tier++;
    }
    return tier;
  }

  /** Notes that a tier is reached. */
  static void reach(CompiledTask task, WindowRecord.Builder window, int tier) {
    for (int earlier = 0; earlier < Math.min(window.getReached(), task.tierCount()); earlier++) {
      window.addReachedThresholds(task.threshold(earlier));
    }
    window.clearReached();
    if (!isReached(task, window, tier)) {
      window.addReachedThresholds(task.threshold(tier));
    }
  }

  /** Notes that a tier of a goal of the room is reached. */
  static void reach(CompiledTask task, RoomGoalState.Builder goal, int tier) {
    for (int earlier = 0; earlier < Math.min(goal.getReached(), task.tierCount()); earlier++) {
      goal.addReachedThresholds(task.threshold(earlier));
    }
    goal.clearReached();
    if (!isReached(task, goal, tier)) {
      goal.addReachedThresholds(task.threshold(tier));
    }
  }

  /**
   * The tier that a reward was earned for.
   *
   * @param threshold its threshold; 0: an earlier version did not keep it
   * @return -1: the task has it no more
   */
  static int tierOf(CompiledTask task, long threshold, int place) {
    for (int tier = 0; tier < task.tierCount(); tier++) {
      if (task.threshold(tier) == threshold) {
        return tier;
      }
    }
    return threshold == 0 && place < task.tierCount() ? place : -1;
  }

  /** What earlier versions stored are places in the program, which are those in force by now. */
  private static boolean isReached(CompiledTask task, List<Long> thresholds, int places, int tier) {
    return tier < places || thresholds.contains(task.threshold(tier));
  }
}
