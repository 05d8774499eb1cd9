package io.flywheel.leaderboard;

import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** How many seats of each part of a division are taken. Thread-safe. */
final class SeatsSlice extends SharedSlice<SeatsKey, Long> {
  private static final int RANK = 610;

  @Inject
  SeatsSlice() {
    super(
        RANK,
        "league_division",
        List.of("merchant_id", "board_id", "period", "division_id", "part"),
        List.of("seats"));
  }

  @Override
  public Long initial(SeatsKey key) {
    return 0L;
  }

  @Override
  protected void bindKey(Values values, SeatsKey key) {
    values.text(key.division().board().merchantId());
    values.text(key.division().board().boardId());
    values.text(key.division().board().period());
    values.text(key.division().divisionId());
    values.number(key.part());
  }

  @Override
  protected void bindState(Values values, Long seats) {
    values.number(seats);
  }

  @Override
  protected SeatsKey readKey(ResultSet row) throws SQLException {
    return new SeatsKey(
        new DivisionKey(
            new BoardKey(
                row.getString("merchant_id"),
                row.getString("board_id"),
                "",
                row.getString("period")),
            row.getString("division_id")),
        row.getInt("part"));
  }

  @Override
  protected Long readState(ResultSet row, int first) throws SQLException {
    return row.getLong(first);
  }
}
