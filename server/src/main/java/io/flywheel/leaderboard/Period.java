package io.flywheel.leaderboard;

import java.time.Instant;

/**
 * A period of a board; times are in epoch milliseconds.
 *
 * @param startsMillis 0: it has no beginning, or nobody knows when
 * @param endsMillis when it ends; 0: it does not, or nobody knows when
 * @param settlesMillis when late events have had their time; 0: never
 */
record Period(long startsMillis, long endsMillis, long settlesMillis, State state) {
  static final Period UNKNOWN = new Period(0, 0, 0, State.UNKNOWN);

  /** How far a period is. */
  enum State {
    /** Nobody has scored in it yet. */
    UNKNOWN(0),
    /** It counts. */
    OPEN(1),
    /** It counts no more, and prizes go out; who comes now joins no league. */
    SETTLED(2);

    private final int number;

    State(int number) {
      this.number = number;
    }

    /** What stands for it in the database. */
    int number() {
      return number;
    }

    static State of(int number) {
      for (State state : values()) {
        if (state.number == number) {
          return state;
        }
      }
      throw new IllegalArgumentException("no state of a period has the number " + number);
    }
  }

  /**
   * Whether it is at a time what it was when it was read: it is written by its first score and when
   * it is due to be settled.
   */
  boolean isStill(Instant at) {
    return switch (state) {
      case UNKNOWN -> false;
      case OPEN -> settlesMillis == 0 || at.toEpochMilli() < settlesMillis;
      case SETTLED -> true;
    };
  }

  Period settled() {
    return new Period(startsMillis, endsMillis, settlesMillis, State.SETTLED);
  }
}
