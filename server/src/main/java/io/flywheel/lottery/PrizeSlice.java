package io.flywheel.lottery;

import io.flywheel.engine.SharedSlice;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** How many of each prize were won. Thread-safe. */
final class PrizeSlice extends SharedSlice<PrizeKey, Long> {
  private static final int RANK = 520;

  @Inject
  PrizeSlice() {
    super(RANK, "lottery_prize", List.of("merchant_id", "lottery_id", "prize_id"), List.of("won"));
  }

  @Override
  public Long initial(PrizeKey key) {
    return 0L;
  }

  @Override
  protected int bindKey(PreparedStatement statement, int index, PrizeKey key) throws SQLException {
    statement.setString(index, key.merchantId());
    statement.setString(index + 1, key.lotteryId());
    statement.setString(index + 2, key.prizeId());
    return index + 3;
  }

  @Override
  protected int bindState(PreparedStatement statement, int index, Long won) throws SQLException {
    statement.setLong(index, won);
    return index + 1;
  }

  @Override
  protected PrizeKey readKey(ResultSet row) throws SQLException {
    return new PrizeKey(
        row.getString("merchant_id"), row.getString("lottery_id"), row.getString("prize_id"));
  }

  @Override
  protected Long readState(ResultSet row) throws SQLException {
    return row.getLong("won");
  }
}
