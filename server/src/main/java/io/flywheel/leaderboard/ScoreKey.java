package io.flywheel.leaderboard;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;

/** A viewer on a board in one of its periods. */
record ScoreKey(ViewerKey viewer, BoardKey board) implements OfViewer, Comparable<ScoreKey> {
  @Override
  public int compareTo(ScoreKey other) {
    int byBoard = board.compareTo(other.board);
    return byBoard != 0 ? byBoard : viewer.compareTo(other.viewer);
  }
}
