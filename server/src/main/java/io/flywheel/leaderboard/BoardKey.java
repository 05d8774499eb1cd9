package io.flywheel.leaderboard;

import java.util.Comparator;

/**
 * A board in one of its periods.
 *
 * @param roomId the room, for boards of a room; the team, for its members on a board of teams; else
 *     empty
 * @param period as in {@link io.flywheel.v1.BoardCause}
 */
record BoardKey(String merchantId, String boardId, String roomId, String period)
    implements Comparable<BoardKey> {
  private static final Comparator<BoardKey> ORDER =
      Comparator.comparing(BoardKey::merchantId)
          .thenComparing(BoardKey::boardId)
          .thenComparing(BoardKey::roomId)
          .thenComparing(BoardKey::period);

  /** A part of the board that has scores of its own: a room's, or a team's. */
  BoardKey part(String partId) {
    return new BoardKey(merchantId, boardId, partId, period);
  }

  /** The board as a whole. */
  BoardKey whole() {
    return part("");
  }

  @Override
  public int compareTo(BoardKey other) {
    return ORDER.compare(this, other);
  }
}
