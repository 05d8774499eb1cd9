package io.flywheel.leaderboard;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.SingleRow;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Where viewers are in leagues. Thread-safe. */
final class LeagueSlice implements Slice<LeagueKey, LeagueStanding> {
  @Inject
  LeagueSlice() {}

  @Override
  public LeagueStanding initial(LeagueKey key) {
    return LeagueStanding.getDefaultInstance();
  }

  @Override
  public void load(
      Script script,
      SortedSet<LeagueKey> keys,
      boolean lock,
      BiConsumer<LeagueKey, LeagueStanding> found) {
    script.readRows(
        """
        SELECT merchant_id, board_id, viewer_id, state FROM league_member FORCE INDEX (PRIMARY)
        WHERE (merchant_id, board_id, viewer_id) IN\
        """,
        3,
        "",
        keys,
        LeagueSlice::bindKey,
        row ->
            found.accept(
                new LeagueKey(
                    row.getString("board_id"),
                    new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id"))),
                standing(row.getBytes("state"))));
  }

  @Override
  public SingleRow<LeagueKey, LeagueStanding> singleRow() {
    return new SingleRow<>(
        "league_member",
        List.of("merchant_id", "board_id", "viewer_id"),
        List.of("state"),
        LeagueSlice::bindKey,
        (row, first) -> standing(row.getBytes(first)));
  }

  @Override
  public void save(Script script, Map<LeagueKey, LeagueStanding> changed) {
    script.write(
        "INSERT INTO league_member (merchant_id, board_id, viewer_id, state) VALUES",
        4,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          bindKey(values, row.getKey());
          values.bytes(row.getValue().toByteArray());
        });
  }

  private static LeagueStanding standing(byte[] packed) throws SQLException {
    try {
      return LeagueStanding.parseFrom(packed);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("a stored LeagueStanding can't be read", e);
    }
  }

  private static void bindKey(Values values, LeagueKey key) {
    values.text(key.viewer().merchantId());
    values.text(key.boardId());
    values.text(key.viewer().viewerId());
  }
}
