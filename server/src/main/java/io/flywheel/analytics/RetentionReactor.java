package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.counting.Activity;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.v1.ActiveDays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Counts viewers in the cells of retention, each once for each day on which they were active. Days
 * that are reported late may make somebody's first day an earlier one: then what was counted moves.
 * Thread-safe.
 */
final class RetentionReactor implements Reactor {
  static final int LAST_DAY = 30;

  private final RetentionAppender appender;

  @Inject
  RetentionReactor(RetentionAppender appender) {
    this.appender = appender;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Activity.OnDay.class, this::active);
  }

  private void active(Turn turn, Activity.OnDay active) {
    if (active.before().getFirstDay() != active.after().getFirstDay()) {
      count(turn, active.before(), days(active.before()), -1);
      count(turn, active.after(), days(active.after()), 1);
    } else {
      count(turn, active.after(), Set.of(active.day()), 1);
    }
  }

  private void count(Turn turn, ActiveDays active, Set<Long> days, int change) {
    for (long day : days) {
      if (day - active.getFirstDay() <= LAST_DAY) {
        turn.append(
            appender,
            new RetentionAppender.Row(
                turn.viewer().merchantId(), active.getFirstDay(), day, change));
      }
    }
  }

  /** The days that are known, the first among them. */
  private static Set<Long> days(ActiveDays active) {
    Set<Long> days = new TreeSet<>();
    if (active.getLatestDay() != 0) {
      days.add(active.getFirstDay());
      for (int ago = 0; ago < Long.SIZE; ago++) {
        if ((active.getDays() >>> ago & 1) == 1) {
          days.add(active.getLatestDay() - ago);
        }
      }
    }
    return days;
  }
}
