package io.flywheel.task;

import com.google.common.math.LongMath;
import java.util.Map;
import java.util.TreeMap;

/**
 * When the count of a goal of a room moved, second by second, by the times of events: from it
 * follows when the goal was reached, in whatever order they arrive. Used by one thread.
 */
final class GoalTimeline {
  /** Beyond it the oldest seconds become one with those that follow them. */
  static final int MAX_SECONDS = 512;

  private final TreeMap<Long, Long> amounts = new TreeMap<>();

  /** Reads what is stored. What earlier versions counted lies before all that is known. */
  static GoalTimeline of(RoomGoalStateOrBuilder goal) {
    GoalTimeline timeline = new GoalTimeline();
    long second = 0;
    long known = 0;
    for (int i = 0; i < goal.getSecondsCount(); i++) {
      second += goal.getSeconds(i);
      timeline.amounts.put(second, goal.getAmounts(i));
      known = LongMath.saturatedAdd(known, goal.getAmounts(i));
    }
    if (known < goal.getCount()) {
      timeline.add(0, goal.getCount() - known);
    }
    return timeline;
  }

  void add(long second, long amount) {
    amounts.merge(second, amount, LongMath::saturatedAdd);
  }

  /** The second in which a count was reached; the latest, where it is not. */
  long reachedIn(long count) {
    long sum = 0;
    for (Map.Entry<Long, Long> entry : amounts.entrySet()) {
      sum = LongMath.saturatedAdd(sum, entry.getValue());
      if (sum >= count) {
        return entry.getKey();
      }
    }
    return amounts.lastKey();
  }

  void save(RoomGoalState.Builder goal) {
    while (amounts.size() > MAX_SECONDS) {
      long oldest = amounts.pollFirstEntry().getValue();
      amounts.merge(amounts.firstKey(), oldest, LongMath::saturatedAdd);
    }
    goal.clearSeconds().clearAmounts();
    long before = 0;
    for (Map.Entry<Long, Long> entry : amounts.entrySet()) {
      goal.addSeconds(entry.getKey() - before).addAmounts(entry.getValue());
      before = entry.getKey();
    }
  }
}
