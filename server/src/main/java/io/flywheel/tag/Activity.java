package io.flywheel.tag;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;

/**
 * On which days a viewer was active. The order in which the days become known makes no difference.
 * Pure functions.
 */
final class Activity {
  private Activity() {}

  /**
   * What is known of a viewer: the own state, or where there is none yet, what the viewer's row
   * tells.
   */
  static TagState of(TagState own, StateView view) {
    ViewerProfile row = view.profile();
    if (own.getLatestDay() != 0 || !row.hasFirstSeenAt()) {
      return own;
    }
    ProgramCalendar calendar = view.program().calendar();
    TagState known = seen(own, dayOf(calendar, Timestamps.toMillis(row.getFirstSeenAt())));
    return row.hasPresence()
        ? seen(known, dayOf(calendar, Timestamps.toMillis(row.getPresence().getLastSeenAt())))
        : known;
  }

  /** The same with a day on which the viewer was active. */
  static TagState seen(TagState state, long day) {
    long latest = state.getLatestDay();
    long ago = latest - day;
    if (latest != 0
        && (ago >= Long.SIZE || (ago >= 0 && (state.getActiveDays() >>> ago & 1) == 1))
        && state.getFirstDay() <= day) {
      return state; // most of what happens, happens on a day that is known
    }
    TagState.Builder after = state.toBuilder();
    after.setFirstDay(state.getFirstDay() == 0 ? day : Math.min(state.getFirstDay(), day));
    if (latest == 0) {
      after.setLatestDay(day).setActiveDays(1);
    } else if (ago < 0) {
      after
          .setLatestDay(day)
          .setActiveDays((-ago >= Long.SIZE ? 0 : state.getActiveDays() << -ago) | 1);
    } else if (ago < Long.SIZE) {
      after.setActiveDays(state.getActiveDays() | 1L << ago);
    }
    return after.build();
  }

  /** The same with a day on which the viewer ordered. */
  static TagState ordered(TagState state, long day) {
    return state.getOrderDay() >= day ? state : state.toBuilder().setOrderDay(day).build();
  }

  /** The day, from 1970, that a time belongs to. */
  static long dayOf(ProgramCalendar calendar, Instant time) {
    return calendar.dayOf(time).toEpochDay();
  }

  private static long dayOf(ProgramCalendar calendar, long millis) {
    return dayOf(calendar, Instant.ofEpochMilli(millis));
  }
}
