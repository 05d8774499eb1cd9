package io.flywheel.leaderboard;

import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The periods of boards. Thread-safe. */
final class PeriodSlice extends SharedSlice<BoardKey, Period> {
  private static final int RANK = 600;

  @Inject
  PeriodSlice() {
    super(
        RANK,
        "board_period",
        List.of("merchant_id", "board_id", "room_id", "period"),
        List.of("starts_ms", "ends_ms", "settles_ms", "state"));
  }

  @Override
  public Period initial(BoardKey key) {
    return Period.UNKNOWN;
  }

  @Override
  protected void bindKey(Values values, BoardKey key) {
    values.text(key.merchantId());
    values.text(key.boardId());
    values.text(key.roomId());
    values.text(key.period());
  }

  @Override
  protected void bindState(Values values, Period period) {
    values.number(period.startsMillis());
    values.number(period.endsMillis());
    values.number(period.settlesMillis());
    values.number(period.state().number());
  }

  @Override
  protected BoardKey readKey(ResultSet row) throws SQLException {
    return new BoardKey(
        row.getString("merchant_id"),
        row.getString("board_id"),
        row.getString("room_id"),
        row.getString("period"));
  }

  @Override
  protected Period readState(ResultSet row, int first) throws SQLException {
    return new Period(
        row.getLong(first),
        row.getLong(first + 1),
        row.getLong(first + 2),
        Period.State.of(row.getInt(first + 3)));
  }
}
