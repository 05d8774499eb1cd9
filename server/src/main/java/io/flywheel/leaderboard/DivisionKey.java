package io.flywheel.leaderboard;

import java.util.Comparator;

/** A division of a board's league in one of its periods. */
record DivisionKey(BoardKey board, String divisionId) implements Comparable<DivisionKey> {
  private static final Comparator<DivisionKey> ORDER =
      Comparator.comparing(DivisionKey::board).thenComparing(DivisionKey::divisionId);

  @Override
  public int compareTo(DivisionKey other) {
    return ORDER.compare(this, other);
  }
}
