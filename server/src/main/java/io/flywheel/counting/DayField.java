package io.flywheel.counting;

import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.ViewerProfile;

/**
 * What of a viewer is counted in days, so that it changes though nothing happens. Pure functions of
 * the days on which the viewer was active, and a day.
 */
public enum DayField {
  DAYS_SINCE_SEEN("days_since_seen") {
    @Override
    public int at(ActiveDays active, long day) {
      return since(active.getLatestDay(), day, 0);
    }
  },
  DAYS_KNOWN("days_known") {
    @Override
    public int at(ActiveDays active, long day) {
      return since(active.getFirstDay(), day, 0);
    }
  },
  ACTIVE_DAYS_7("active_days_7") {
    @Override
    public int at(ActiveDays active, long day) {
      return activeWithin(active, day, 7);
    }
  },
  ACTIVE_DAYS_30("active_days_30") {
    @Override
    public int at(ActiveDays active, long day) {
      return activeWithin(active, day, LONGEST_WINDOW);
    }
  },
  DAYS_SINCE_ORDER("days_since_order") {
    @Override
    public int at(ActiveDays active, long day) {
      return since(active.getOrderDay(), day, -1);
    }
  };

  /** After so many days without activity, no field but those that grow for ever changes. */
  public static final int LONGEST_WINDOW = 30;

  private final String field;

  DayField(String field) {
    this.field = field;
  }

  /** Sets all of them, as they are on a day. */
  public static void contribute(ActiveDays active, long day, ViewerProfile.Builder profile) {
    profile
        .setDaysSinceSeen(DAYS_SINCE_SEEN.at(active, day))
        .setDaysKnown(DAYS_KNOWN.at(active, day))
        .setActiveDays7(ACTIVE_DAYS_7.at(active, day))
        .setActiveDays30(ACTIVE_DAYS_30.at(active, day))
        .setDaysSinceOrder(DAYS_SINCE_ORDER.at(active, day));
  }

  /** Its name in the contract. */
  public String field() {
    return field;
  }

  /** Its value on a day, if the viewer does nothing more until then. */
  public abstract int at(ActiveDays active, long day);

  /** Whether it grows by one each day, once it has begun. */
  public boolean grows() {
    return this != ACTIVE_DAYS_7 && this != ACTIVE_DAYS_30;
  }

  private static int since(long day, long today, int none) {
    return day == 0 ? none : (int) Math.max(0, today - day);
  }

  private static int activeWithin(ActiveDays active, long day, int days) {
    long ago = Math.max(0, day - active.getLatestDay());
    long bits = ago >= days ? 0 : active.getDays() << ago;
    return Long.bitCount(bits & ((1L << days) - 1));
  }
}
