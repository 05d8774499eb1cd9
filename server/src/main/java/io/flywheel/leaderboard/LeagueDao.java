package io.flywheel.leaderboard;

import jakarta.inject.Inject;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads cohorts of leagues. Thread-safe. */
final class LeagueDao {
  @Inject
  LeagueDao() {}

  /** A member of a cohort with its score in the period. */
  record Seated(String divisionId, int cohort, String viewerId, Score score) {
    boolean isWith(Seated other) {
      return cohort == other.cohort && divisionId.equals(other.divisionId);
    }
  }

  /** The members of the cohorts after one, by their divisions' ids and their numbers. */
  List<Seated> seatedAfter(
      Handle handle, BoardKey board, String divisionId, int cohort, int limit) {
    return handle
        .createQuery(
            """
            SELECT seat.division_id, seat.cohort, seat.viewer_id, score.score, score.reached_ms,
              score.moves, score.removed
            FROM league_seat seat
            STRAIGHT_JOIN board_score score
              ON score.merchant_id = seat.merchant_id AND score.board_id = seat.board_id
                AND score.room_id = '' AND score.period = seat.period
                AND score.viewer_id = seat.viewer_id
            WHERE seat.merchant_id = :merchant AND seat.board_id = :board AND seat.period = :period
              AND (seat.division_id > :division
                OR (seat.division_id = :division AND seat.cohort > :cohort))
            ORDER BY seat.division_id, seat.cohort, seat.viewer_id
            LIMIT :limit\
            """)
        .bind("merchant", board.merchantId())
        .bind("board", board.boardId())
        .bind("period", board.period())
        .bind("division", divisionId)
        .bind("cohort", cohort)
        .bind("limit", limit)
        .map((row, context) ->
            new Seated(
                row.getString("division_id"),
                row.getInt("cohort"),
                row.getString("viewer_id"),
                new Score(
                    row.getLong("score"),
                    row.getLong("reached_ms"),
                    row.getLong("moves"),
                    row.getBoolean("removed"),
                    WonPrizes.getDefaultInstance())))
        .list();
  }

  /** The members of a cohort. */
  List<String> members(Handle handle, DivisionKey division, int cohort) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM league_seat
            WHERE merchant_id = :merchant AND board_id = :board AND period = :period
              AND division_id = :division AND cohort = :cohort\
            """)
        .bind("merchant", division.board().merchantId())
        .bind("board", division.board().boardId())
        .bind("period", division.board().period())
        .bind("division", division.divisionId())
        .bind("cohort", cohort)
        .mapTo(String.class)
        .list();
  }

  /**
   * What is taken of a part of a division.
   *
   * @param part as in {@link SeatsKey}
   */
  record Taken(String divisionId, int part, long seats) {
    /** The number of the last cohort that has a member. */
    int lastCohort(int size) {
      int full = (int) ((seats - 1) / size);
      return part == 0 ? full + 1 : LeagueReactor.FIRST_COHORTS + full * LeagueReactor.PARTS + part;
    }
  }

  /** How many seats of each division are taken, where any is. */
  List<Taken> seats(Handle handle, BoardKey board) {
    return handle
        .createQuery(
            """
            SELECT division_id, part, seats FROM league_division
            WHERE merchant_id = :merchant AND board_id = :board AND period = :period AND seats > 0\
            """)
        .bind("merchant", board.merchantId())
        .bind("board", board.boardId())
        .bind("period", board.period())
        .map((row, context) ->
            new Taken(row.getString("division_id"), row.getInt("part"), row.getLong("seats")))
        .list();
  }
}
