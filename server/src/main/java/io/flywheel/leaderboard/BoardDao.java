package io.flywheel.leaderboard;

import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads boards as a whole. Thread-safe. */
final class BoardDao {
  @Inject
  BoardDao() {}

  /** A viewer's score as it stands in the table, without prizes. */
  record Row(String viewerId, Score score) {}

  /**
   * The scores of a period by the viewers' ids.
   *
   * @param after the last id of the rows before; empty: from the first
   */
  List<Row> scores(Handle handle, BoardKey key, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id, score, reached_ms, moves, removed FROM board_score
            WHERE merchant_id = :merchant AND board_id = :board AND room_id = :room
              AND period = :period AND viewer_id > :after
            ORDER BY viewer_id
            LIMIT :limit\
            """)
        .bind("merchant", key.merchantId())
        .bind("board", key.boardId())
        .bind("room", key.roomId())
        .bind("period", key.period())
        .bind("after", after)
        .bind("limit", limit)
        .map((row, context) -> row(row))
        .list();
  }

  /** The scores of some viewers in a period, in no order. */
  List<Row> scoresOf(Handle handle, BoardKey key, Collection<String> viewerIds) {
    if (viewerIds.isEmpty()) {
      return List.of();
    }
    return handle
        .createQuery(
            """
            SELECT viewer_id, score, reached_ms, moves, removed FROM board_score
            WHERE merchant_id = :merchant AND board_id = :board AND room_id = :room
              AND period = :period AND viewer_id IN (<viewers>)\
            """)
        .bind("merchant", key.merchantId())
        .bind("board", key.boardId())
        .bind("room", key.roomId())
        .bind("period", key.period())
        .bindList("viewers", List.copyOf(viewerIds))
        .map((row, context) -> row(row))
        .list();
  }

  /** The viewers at the top, by rising positions. */
  List<String> top(Handle handle, BoardKey key, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM board_score
            WHERE merchant_id = :merchant AND board_id = :board AND room_id = :room
              AND period = :period AND removed = 0 AND score > 0
            ORDER BY score DESC, reached_ms, viewer_id
            LIMIT :limit\
            """)
        .bind("merchant", key.merchantId())
        .bind("board", key.boardId())
        .bind("room", key.roomId())
        .bind("period", key.period())
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  /** What all members of a board have scored together. */
  TeamTotal total(Handle handle, BoardKey key) {
    return handle
        .createQuery(
            """
            SELECT LEAST(SUM(score), 9223372036854775807) AS score, MAX(reached_ms) AS reached_ms, COUNT(*) AS members
            FROM board_score
            WHERE merchant_id = :merchant AND board_id = :board AND room_id = :room
              AND period = :period AND removed = 0 AND score > 0\
            """)
        .bind("merchant", key.merchantId())
        .bind("board", key.boardId())
        .bind("room", key.roomId())
        .bind("period", key.period())
        .map((row, context) ->
            new TeamTotal(row.getLong("score"), row.getLong("reached_ms"), row.getLong("members")))
        .one();
  }

  /**
   * The members of a board with so much, by the viewers' ids.
   *
   * @param after the last id of those before; empty: from the first
   */
  List<String> contributors(Handle handle, BoardKey key, long least, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM board_score
            WHERE merchant_id = :merchant AND board_id = :board AND room_id = :room
              AND period = :period AND viewer_id > :after AND score >= :least AND removed = 0
            ORDER BY viewer_id
            LIMIT :limit\
            """)
        .bind("merchant", key.merchantId())
        .bind("board", key.boardId())
        .bind("room", key.roomId())
        .bind("period", key.period())
        .bind("after", after)
        .bind("least", least)
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  /** How many members a board has. */
  long members(Handle handle, BoardKey key) {
    return handle
        .createQuery(
            """
            SELECT COUNT(*) FROM board_score
            WHERE merchant_id = :merchant AND board_id = :board AND room_id = :room
              AND period = :period AND removed = 0 AND score > 0\
            """)
        .bind("merchant", key.merchantId())
        .bind("board", key.boardId())
        .bind("room", key.roomId())
        .bind("period", key.period())
        .mapTo(Long.class)
        .one();
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("viewer_id"),
        new Score(
            row.getLong("score"),
            row.getLong("reached_ms"),
            row.getLong("moves"),
            row.getBoolean("removed"),
            WonPrizes.getDefaultInstance()));
  }
}
