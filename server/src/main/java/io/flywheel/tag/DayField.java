package io.flywheel.tag;

/**
 * What of a viewer is counted in days, so that it changes though nothing happens. Pure functions of
 * a state and a day.
 */
enum DayField {
  DAYS_SINCE_SEEN("days_since_seen") {
    @Override
    int at(TagState state, long day) {
      return since(state.getLatestDay(), day, 0);
    }
  },
  DAYS_KNOWN("days_known") {
    @Override
    int at(TagState state, long day) {
      return since(state.getFirstDay(), day, 0);
    }
  },
  ACTIVE_DAYS_7("active_days_7") {
    @Override
    int at(TagState state, long day) {
      return active(state, day, 7);
    }
  },
  ACTIVE_DAYS_30("active_days_30") {
    @Override
    int at(TagState state, long day) {
      return active(state, day, 30);
    }
  },
  DAYS_SINCE_ORDER("days_since_order") {
    @Override
    int at(TagState state, long day) {
      return since(state.getOrderDay(), day, -1);
    }
  };

  /** After so many days without activity, no field but those that grow for ever changes. */
  static final int LONGEST_WINDOW = 30;

  private final String field;

  DayField(String field) {
    this.field = field;
  }

  /** Its name in the contract. */
  String field() {
    return field;
  }

  /** Its value on a day, if the viewer does nothing more until then. */
  abstract int at(TagState state, long day);

  /** Whether it grows by one each day, once it has begun. */
  boolean grows() {
    return this != ACTIVE_DAYS_7 && this != ACTIVE_DAYS_30;
  }

  private static int since(long day, long today, int none) {
    return day == 0 ? none : (int) Math.max(0, today - day);
  }

  private static int active(TagState state, long day, int days) {
    long ago = Math.max(0, day - state.getLatestDay());
    long bits = ago >= days ? 0 : state.getActiveDays() << ago;
    return Long.bitCount(bits & ((1L << days) - 1));
  }
}
