package io.flywheel.leaderboard;

import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GetLeagueResponse;
import io.flywheel.v1.League;
import io.flywheel.v1.LeagueDivision;
import io.flywheel.v1.LeagueDivisionState;
import jakarta.inject.Inject;
import java.util.List;

/** Finds cohorts for those who ask. Thread-safe. */
final class Leagues {
  private final Engine engine;
  private final Database database;
  private final LeagueDao dao;
  private final LeagueSlice standings;
  private final Boards boards;

  @Inject
  Leagues(Engine engine, Database database, LeagueDao dao, LeagueSlice standings, Boards boards) {
    this.engine = engine;
    this.database = database;
    this.dao = dao;
    this.standings = standings;
    this.boards = boards;
  }

  /** A cohort, and the board whose scores it goes by. */
  record Found(GetLeagueResponse answer, List<BoardPlace> places) {}

  /** Where a viewer is. */
  private record Own(LeagueStanding standing, int number) {}

  /**
   * The cohort in which a viewer plays now.
   *
   * @throws ServiceException BOARD_NOT_FOUND, BOARD_LOADING, PROGRAM_NOT_FOUND
   */
  Found of(ViewerKey viewer, String boardId) {
    Boards.Found board = find(viewer, boardId, "");
    Own own = engine.read(viewer, view -> own(view, board));
    LeagueStanding standing = own.standing;
    boolean isIn = standing.getPeriod().equals(board.key().period());
    GetLeagueResponse.Builder answer =
        GetLeagueResponse.newBuilder()
            .setWaiting(standing.getWaitingPeriod().equals(board.key().period()));
    if (standing.hasLatest()) {
      answer.setLatest(standing.getLatest());
    }
    return found(board, own.number, isIn ? standing.getCohort() : 0, answer);
  }

  /**
   * A cohort.
   *
   * @param divisionId empty: the lowest
   * @param cohort from 1; 0: the first
   * @param period empty: the one that is on
   * @throws ServiceException BOARD_NOT_FOUND, BOARD_LOADING, PROGRAM_NOT_FOUND, INVALID_FIELD
   */
  Found at(ViewerKey caller, String boardId, String divisionId, int cohort, String period) {
    Boards.Found board = find(caller, boardId, period);
    int number =
        divisionId.isEmpty()
            ? 1
            : LeagueRules.numberOf(board.board().board().getLeague(), divisionId);
    if (number == 0) {
      throw ServiceException.invalidField(
          "division_id", divisionId + " (expected: a division of the league)");
    }
    return found(board, number, Math.max(1, cohort), GetLeagueResponse.newBuilder());
  }

  private Boards.Found find(ViewerKey caller, String boardId, String period) {
    Boards.Found board = boards.find(caller, new Boards.Wanted(boardId, "", "", period));
    if (!board.board().board().hasLeague()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_BOARD_NOT_FOUND,
          "board_id: %s (expected: a board with a league)".formatted(boardId));
    }
    return board;
  }

  private Own own(StateView view, Boards.Found board) {
    LeagueStanding standing = view.get(standings, new LeagueKey(board.board().id(), view.viewer()));
    return new Own(
        standing,
        LeagueRules.numberIn(
            board.board(), view.program().calendar(), standing, board.period().startsMillis()));
  }

  private Found found(
      Boards.Found board, int number, int cohort, GetLeagueResponse.Builder answer) {
    League league = board.board().board().getLeague();
    String divisionId = LeagueRules.division(league, number).getId();
    List<LeagueDao.Taken> seats = database.read(handle -> dao.seats(handle, board.key()));
    List<String> members =
        cohort == 0
            ? List.of()
            : database.read(
                handle -> dao.members(handle, new DivisionKey(board.key(), divisionId), cohort));
    List<BoardPlace> places = boards.among(board, members);
    for (int i = 1; i <= league.getDivisionsCount(); i++) {
      answer.addDivisions(division(league, i, seats));
    }
    boolean isHighest = number == league.getDivisionsCount();
    answer
        .setPeriod(board.state())
        .setDivisionId(divisionId)
        .setCohort(cohort)
        .setPromoted(isHighest ? 0 : LeagueRules.promoted(league, members.size()))
        .setRelegated(number == 1 ? 0 : LeagueRules.relegated(league, members.size()));
    return new Found(answer.build(), places);
  }

  private static LeagueDivisionState division(
      League league, int number, List<LeagueDao.Taken> seats) {
    LeagueDivision division = LeagueRules.division(league, number);
    List<LeagueDao.Taken> taken =
        seats.stream().filter(one -> one.divisionId().equals(division.getId())).toList();
    return LeagueDivisionState.newBuilder()
        .setDivisionId(division.getId())
        .setTitle(division.getTitle())
        .setNumber(number)
        .setMembers((int) taken.stream().mapToLong(LeagueDao.Taken::seats).sum())
        .setCohorts(
            taken.stream().mapToInt(one -> one.lastCohort(league.getCohortSize())).max().orElse(0))
        .build();
  }
}
