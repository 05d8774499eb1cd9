package io.flywheel.counting;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;

/**
 * On which days a viewer was active. The order in which the days become known makes no difference.
 * Pure functions.
 */
public final class Activity {
  private Activity() {}

  /**
   * Signalled when a viewer was active on a day on which nothing had been known of the viewer.
   *
   * @param day the day, counted from 1970
   * @param before what was known before
   * @param after what is known now
   */
  public record OnDay(long day, ActiveDays before, ActiveDays after) {}

  /** The days of a viewer; of one whom nothing is kept of yet, what else the row tells. */
  public static ActiveDays of(StateView view) {
    ViewerProfile row = view.profile();
    if (row.hasActive() || !row.hasFirstSeenAt()) {
      return row.getActive();
    }
    ProgramCalendar calendar = view.program().calendar();
    ActiveDays known = seen(ActiveDays.getDefaultInstance(), dayOf(calendar, row.getFirstSeenAt()));
    return row.hasPresence()
        ? seen(known, dayOf(calendar, row.getPresence().getLastSeenAt()))
        : known;
  }

  /** The same with a day on which the viewer was active. */
  public static ActiveDays seen(ActiveDays active, long day) {
    if (isKnown(active, day)) {
      return active; // most of what happens, happens on such a day
    }
    long latest = active.getLatestDay();
    long ago = latest - day;
    ActiveDays.Builder after = active.toBuilder();
    after.setFirstDay(latest == 0 ? day : Math.min(active.getFirstDay(), day));
    if (latest == 0) {
      after.setLatestDay(day).setDays(1);
    } else if (ago < 0) {
      after.setLatestDay(day).setDays((-ago >= Long.SIZE ? 0 : active.getDays() << -ago) | 1);
    } else if (ago < Long.SIZE) {
      after.setDays(active.getDays() | 1L << ago);
    }
    return after.build();
  }

  /** The same with a day on which the viewer ordered. */
  public static ActiveDays ordered(ActiveDays active, long day) {
    return active.getOrderDay() >= day ? active : active.toBuilder().setOrderDay(day).build();
  }

  /** Whether nothing new is told by activity on a day; of days that are long gone nothing is. */
  public static boolean isKnown(ActiveDays active, long day) {
    long ago = active.getLatestDay() - day;
    return active.getLatestDay() != 0
        && ago >= 0
        && active.getFirstDay() <= day
        && (ago >= Long.SIZE || (active.getDays() >>> ago & 1) == 1);
  }

  /** For how many days the viewer had been away when the latest day came; 0: it is the only one. */
  public static int daysAway(ActiveDays active) {
    long earlier = active.getDays() >>> 1;
    if (earlier != 0) {
      return Long.numberOfTrailingZeros(earlier) + 1;
    }
    return active.getFirstDay() < active.getLatestDay() ? Long.SIZE : 0;
  }

  /** The day that a time belongs to, counted from 1970. */
  public static long dayOf(ProgramCalendar calendar, Instant time) {
    return calendar.dayOf(time).toEpochDay();
  }

  private static long dayOf(ProgramCalendar calendar, Timestamp time) {
    return dayOf(calendar, Instant.ofEpochMilli(Timestamps.toMillis(time)));
  }
}
