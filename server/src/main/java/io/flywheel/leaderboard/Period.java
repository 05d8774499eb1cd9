package io.flywheel.leaderboard;

/**
 * A period of a board; times are in epoch milliseconds.
 *
 * @param startsMillis 0: it has no beginning, or nobody knows when
 * @param endsMillis when it ends; 0: it does not, or nobody knows when
 * @param settlesMillis when late events have had their time; 0: never
 */
record Period(long startsMillis, long endsMillis, long settlesMillis, State state) {
  static final Period UNKNOWN = new Period(0, 0, 0, State.UNKNOWN);

  /** How far a period is; the database holds the place in this list. */
  enum State {
    /** Nobody has scored in it yet. */
    UNKNOWN,
    /** It counts. */
    OPEN,
    /** Prizes went out; what comes now wins nothing. */
    SETTLED
  }

  Period settled() {
    return new Period(startsMillis, endsMillis, settlesMillis, State.SETTLED);
  }
}
