package io.flywheel.leaderboard;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Viewers' scores. Thread-safe. */
final class ScoreSlice implements Slice<ScoreKey, Score> {
  @Inject
  ScoreSlice() {}

  @Override
  public Score initial(ScoreKey key) {
    return Score.NONE;
  }

  @Override
  public void load(
      Script script, SortedSet<ScoreKey> keys, boolean lock, BiConsumer<ScoreKey, Score> found) {
    script.readRows(
        """
        SELECT merchant_id, board_id, room_id, period, viewer_id, score, reached_ms, moves, removed,
          prizes
        FROM board_score FORCE INDEX (PRIMARY) WHERE (merchant_id, board_id, room_id, period, viewer_id) IN\
        """,
        5,
        "",
        keys,
        ScoreSlice::bindKey,
        row ->
            found.accept(
                new ScoreKey(
                    new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
                    new BoardKey(
                        row.getString("merchant_id"),
                        row.getString("board_id"),
                        row.getString("room_id"),
                        row.getString("period"))),
                new Score(
                    row.getLong("score"),
                    row.getLong("reached_ms"),
                    row.getLong("moves"),
                    row.getBoolean("removed"),
                    prizes(row))));
  }

  @Override
  public void save(Script script, Map<ScoreKey, Score> changed) {
    script.write(
        """
        INSERT INTO board_score
          (merchant_id, board_id, room_id, period, viewer_id, score, reached_ms, moves, removed,
           prizes)
        VALUES\
        """,
        10,
        """
        ON DUPLICATE KEY UPDATE score = VALUES(score), reached_ms = VALUES(reached_ms),
          moves = VALUES(moves), removed = VALUES(removed), prizes = VALUES(prizes)\
        """,
        changed.entrySet(),
        (statement, index, row) -> {
          int next = bindKey(statement, index, row.getKey());
          Score score = row.getValue();
          statement.setLong(next, score.points());
          statement.setLong(next + 1, score.reachedMillis());
          statement.setLong(next + 2, score.moves());
          statement.setBoolean(next + 3, score.removed());
          statement.setBytes(next + 4, score.prizes().toByteArray());
          return next + 5;
        });
  }

  private static WonPrizes prizes(ResultSet row) throws SQLException {
    try {
      return WonPrizes.parseFrom(row.getBytes("prizes"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("board_score.prizes can't be read", e);
    }
  }

  private static int bindKey(PreparedStatement statement, int index, ScoreKey key)
      throws SQLException {
    statement.setString(index, key.board().merchantId());
    statement.setString(index + 1, key.board().boardId());
    statement.setString(index + 2, key.board().roomId());
    statement.setString(index + 3, key.board().period());
    statement.setString(index + 4, key.viewer().viewerId());
    return index + 5;
  }
}
