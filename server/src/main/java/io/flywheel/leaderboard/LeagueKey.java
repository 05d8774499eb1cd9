package io.flywheel.leaderboard;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;
import java.util.Comparator;

/** A viewer in a board's league. */
record LeagueKey(String boardId, ViewerKey viewer) implements OfViewer, Comparable<LeagueKey> {
  private static final Comparator<LeagueKey> ORDER =
      Comparator.comparing(LeagueKey::boardId).thenComparing(LeagueKey::viewer);

  @Override
  public int compareTo(LeagueKey other) {
    return ORDER.compare(this, other);
  }
}
