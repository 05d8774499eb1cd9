package io.flywheel.leaderboard;

import io.flywheel.v1.BoardPlace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** The places of some of a board's members among themselves. Pure functions. */
final class Places {
  private Places() {}

  /** The members who are on the board, the best first, with positions and ranks from 1. */
  static List<BoardPlace> among(Boards.Found board, Collection<String> members) {
    List<BoardPlace> onBoard =
        members.stream()
            .map(board.index()::find)
            .filter(Objects::nonNull)
            .sorted(Comparator.comparingInt(BoardPlace::getPosition))
            .toList();
    List<BoardPlace> places = new ArrayList<>(onBoard.size());
    int rank = 0;
    for (BoardPlace place : onBoard) {
      BoardPlace above = places.isEmpty() ? null : places.getLast();
      int position = places.size() + 1;
      boolean isLevel = above != null && above.getScore() == place.getScore();
      rank =
          switch (board.board().board().getRanks()) {
            case RANK_STYLE_COMPETITION -> isLevel ? rank : position;
            case RANK_STYLE_DENSE -> isLevel ? rank : rank + 1;
            default -> position;
          };
      places.add(place.toBuilder().setPosition(position).setRank(rank).build());
    }
    return places;
  }
}
