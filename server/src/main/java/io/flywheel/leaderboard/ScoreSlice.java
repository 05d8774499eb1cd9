package io.flywheel.leaderboard;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.SingleRow;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    Map<BoardKey, List<ViewerKey>> byBoard = new LinkedHashMap<>();
    keys.forEach(
        key -> byBoard.computeIfAbsent(key.board(), unused -> new ArrayList<>()).add(key.viewer()));
    byBoard.forEach((board, viewers) -> load(script, board, viewers, found));
  }

  /** A batch's viewers are mostly on the same few boards, whose names are said once. */
  private static void load(
      Script script, BoardKey board, List<ViewerKey> viewers, BiConsumer<ScoreKey, Score> found) {
    script.read(
        """
        SELECT viewer_id, score, reached_ms, moves, removed, prizes
        FROM board_score FORCE INDEX (PRIMARY)
        WHERE merchant_id = ? AND board_id = ? AND room_id = ? AND period = ? AND viewer_id IN\
        """,
        List.of(board.merchantId(), board.boardId(), board.roomId(), board.period()),
        "",
        viewers,
        (values, viewer) -> values.text(viewer.viewerId()),
        row ->
            found.accept(
                new ScoreKey(new ViewerKey(board.merchantId(), row.getString(1)), board),
                score(row, 2)));
  }

  @Override
  public SingleRow<ScoreKey, Score> singleRow() {
    return new SingleRow<>(
        "board_score",
        List.of("merchant_id", "board_id", "room_id", "period", "viewer_id"),
        List.of("score", "reached_ms", "moves", "removed", "prizes"),
        ScoreSlice::bindKey,
        ScoreSlice::score);
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

  private static Score score(ResultSet row, int first) throws SQLException {
    return new Score(
        row.getLong(first),
        row.getLong(first + 1),
        row.getLong(first + 2),
        row.getBoolean(first + 3),
        prizes(row.getBytes(first + 4)));
  }

  private static WonPrizes prizes(byte[] bytes) throws SQLException {
    if (bytes.length == 0) {
      return WonPrizes.getDefaultInstance();
    }
    try {
      return WonPrizes.parseFrom(bytes);
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
