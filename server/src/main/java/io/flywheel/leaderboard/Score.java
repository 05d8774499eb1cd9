package io.flywheel.leaderboard;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.ScoreMoved;

/**
 * What a viewer has reached.
 *
 * @param points the score in the board's unit
 * @param reachedMillis the time of the latest event that is part of it, in epoch milliseconds
 * @param moves how often it has changed; 0: never
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

  /**
   * The score with less, because what it counted was taken back. It stops at zero, and the time at
   * which it was reached stays.
   */
  Score minus(long less) {
    return new Score(Math.max(0, points - less), reachedMillis, moves + 1, removed, prizes);
  }

  /** Whether the viewer is on the board. */
  boolean isShown() {
    return points > 0 && !removed;
  }

  Score withRemoved(boolean now) {
    return new Score(points, reachedMillis, moves + 1, now, prizes);
  }

  Score withPrizes(WonPrizes now) {
    return new Score(points, reachedMillis, moves, removed, now);
  }

  /**
   * The fact that a score moved to this one.
   *
   * @param late whether the period had been settled
   */
  ScoreMoved.Builder moved(BoardKey key, boolean late) {
    return ScoreMoved.newBuilder()
        .setBoardId(key.boardId())
        .setRoomId(key.roomId())
        .setPeriod(key.period())
        .setScore(points)
        .setReachedAt(Timestamps.fromMillis(reachedMillis))
        .setMoves(moves)
        .setRemoved(removed)
        .setLate(late);
  }
}
