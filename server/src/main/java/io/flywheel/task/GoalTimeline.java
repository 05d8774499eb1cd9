package io.flywheel.task;

import com.google.common.math.LongMath;

/**
 * When the count of a goal of a room moved, second by second, by the times of events: from it
 * follows when the goal was reached, in whatever order they arrive. Used by one thread.
 */
final class GoalTimeline {
  /** Beyond it the oldest seconds become one with those that follow them. */
  static final int MAX_SECONDS = 512;

  private final SortedCounts amounts;

  private GoalTimeline(SortedCounts amounts) {
    this.amounts = amounts;
  }

  /** Reads what is stored. What earlier versions counted lies before all that is known. */
  static GoalTimeline of(RoomGoalStateOrBuilder goal) {
    SortedCounts amounts =
        new SortedCounts(
            goal.getSecondsCount(),
            new SortedCounts.Stored() {
              @Override
              public long difference(int index) {
                return goal.getSeconds(index);
              }

              @Override
              public long count(int index) {
                return goal.getAmounts(index);
              }
            });
    long known = 0;
    for (int i = 0; i < amounts.size(); i++) {
      known = LongMath.saturatedAdd(known, amounts.count(i));
    }
    if (known < goal.getCount()) {
      amounts.add(0, goal.getCount() - known);
    }
    return new GoalTimeline(amounts);
  }

  void add(long second, long amount) {
    amounts.add(second, amount);
  }

  /** The second in which a count was reached; the latest, where it is not. */
  long reachedIn(long count) {
    long sum = 0;
    for (int i = 0; i < amounts.size(); i++) {
      sum = LongMath.saturatedAdd(sum, amounts.count(i));
      if (sum >= count) {
        return amounts.key(i);
      }
    }
    return amounts.key(amounts.size() - 1);
  }

  void save(RoomGoalState.Builder goal) {
    while (amounts.size() > MAX_SECONDS) {
      long oldest = amounts.count(0);
      amounts.removeFirst(1);
      amounts.add(amounts.key(0), oldest);
    }
    if (amounts.changedFrom() == 0) {
      goal.clearSeconds().clearAmounts();
    }
    for (int i = amounts.changedFrom(); i < amounts.size(); i++) {
      if (i < goal.getSecondsCount()) {
        goal.setSeconds(i, amounts.difference(i)).setAmounts(i, amounts.count(i));
      } else {
        goal.addSeconds(amounts.difference(i)).addAmounts(amounts.count(i));
      }
    }
  }
}
