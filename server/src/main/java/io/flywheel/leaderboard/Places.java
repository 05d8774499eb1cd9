package io.flywheel.leaderboard;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.RankStyle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The places of some of a board's members among themselves. Pure functions. */
final class Places {
  private static final Comparator<BoardPlace> ORDER =
      Comparator.comparingLong(BoardPlace::getScore)
          .reversed()
          .thenComparing(BoardPlace::getReachedAt, Timestamps.comparator())
          .thenComparing(BoardPlace::getViewerId);

  private Places() {}

  /**
   * Places of a board, the best first, with positions and ranks from 1 among each other.
   *
   * @param ofMembers with scores; their positions may be estimates
   */
  static List<BoardPlace> among(RankStyle style, Collection<BoardPlace> ofMembers) {
    List<BoardPlace> onBoard = ofMembers.stream().sorted(ORDER).toList();
    List<BoardPlace> places = new ArrayList<>(onBoard.size());
    int rank = 0;
    for (BoardPlace place : onBoard) {
      BoardPlace above = places.isEmpty() ? null : places.getLast();
      int position = places.size() + 1;
      boolean isLevel = above != null && above.getScore() == place.getScore();
      rank =
          switch (style) {
            case RANK_STYLE_COMPETITION -> isLevel ? rank : position;
            case RANK_STYLE_DENSE -> isLevel ? rank : rank + 1;
            default -> position;
          };
      places.add(place.toBuilder().setPosition(position).setRank(rank).clearEstimated().build());
    }
    return places;
  }
}
