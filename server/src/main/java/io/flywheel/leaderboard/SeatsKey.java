package io.flywheel.leaderboard;

import java.util.Comparator;

/**
 * A part of a division's seats: the first is for all, the others are for those whose ids hash to
 * them once it is full, so that viewers who come by the thousands don't wait for each other.
 */
record SeatsKey(DivisionKey division, int part) implements Comparable<SeatsKey> {
  private static final Comparator<SeatsKey> ORDER =
      Comparator.comparing(SeatsKey::division).thenComparingInt(SeatsKey::part);

  @Override
  public int compareTo(SeatsKey other) {
    return ORDER.compare(this, other);
  }
}
