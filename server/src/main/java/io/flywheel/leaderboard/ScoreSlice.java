package io.flywheel.leaderboard;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import jakarta.inject.Inject;
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
        (values, row) -> {
          bindKey(values, row.getKey());
          Score score = row.getValue();
          values.number(score.points());
          values.number(score.reachedMillis());
          values.number(score.moves());
          values.number(score.removed() ? 1 : 0);
          values.bytes(score.prizes().toByteArray());
        });
  }

  private static WonPrizes prizes(ResultSet row) throws SQLException {
    try {
      return WonPrizes.parseFrom(row.getBytes("prizes"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("board_score.prizes can't be read", e);
    }
  }

  private static void bindKey(Values values, ScoreKey key) {
    values.text(key.board().merchantId());
    values.text(key.board().boardId());
    values.text(key.board().roomId());
    values.text(key.board().period());
    values.text(key.viewer().viewerId());
  }
}
