package io.flywheel.leaderboard;

/**
 * What a viewer has reached.
 *
 * @param points the score in the board's unit
 * @param reachedMillis the time of the latest event that is part of it, in epoch milliseconds
 * @param moves how often it has changed; 0: never, the viewer is not on the board
 * @param removed whether the merchant has taken the viewer off the board
 * @param prizes what the viewer won at the period's end
 */
record Score(long points, long reachedMillis, long moves, boolean removed, WonPrizes prizes) {
  static final Score NONE = new Score(0, 0, 0, false, WonPrizes.getDefaultInstance());

  /** The score with more points, by an event of a time. It stops at the largest number there is. */
  Score plus(long more, long atMillis) {
    long sum = points > Long.MAX_VALUE - more ? Long.MAX_VALUE : points + more;
    return new Score(sum, Math.max(reachedMillis, atMillis), moves + 1, removed, prizes);
  }

  Score withRemoved(boolean now) {
    return new Score(points, reachedMillis, moves + 1, now, prizes);
  }

  Score withPrizes(WonPrizes now) {
    return new Score(points, reachedMillis, moves, removed, now);
  }
}
