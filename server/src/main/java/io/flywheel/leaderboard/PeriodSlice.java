package io.flywheel.leaderboard;

import io.flywheel.engine.SharedSlice;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
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
  protected int bindKey(PreparedStatement statement, int index, BoardKey key) throws SQLException {
    statement.setString(index, key.merchantId());
    statement.setString(index + 1, key.boardId());
    statement.setString(index + 2, key.roomId());
    statement.setString(index + 3, key.period());
    return index + 4;
  }

  @Override
  protected int bindState(PreparedStatement statement, int index, Period period)
      throws SQLException {
    statement.setLong(index, period.startsMillis());
    statement.setLong(index + 1, period.endsMillis());
    statement.setLong(index + 2, period.settlesMillis());
    statement.setInt(index + 3, period.state().number());
    return index + 4;
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
  protected Period readState(ResultSet row) throws SQLException {
    return new Period(
        row.getLong("starts_ms"),
        row.getLong("ends_ms"),
        row.getLong("settles_ms"),
        Period.State.of(row.getInt("state")));
  }
}
