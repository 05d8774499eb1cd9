package io.flywheel.lottery;

import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import jakarta.inject.Inject;
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
  protected void bindKey(Values values, PrizeKey key) {
    values.text(key.merchantId());
    values.text(key.lotteryId());
    values.text(key.prizeId());
  }

  @Override
  protected void bindState(Values values, Long won) {
    values.number(won);
  }

  @Override
  protected PrizeKey readKey(ResultSet row) throws SQLException {
    return new PrizeKey(
        row.getString("merchant_id"), row.getString("lottery_id"), row.getString("prize_id"));
  }

  @Override
  protected Long readState(ResultSet row, int first) throws SQLException {
    return row.getLong(first);
  }
}
