package io.flywheel.mall;

import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** How many pieces of each item were sold, less those that were given back. Thread-safe. */
final class StockSlice extends SharedSlice<ItemKey, Long> {
  private static final int RANK = 500;

  @Inject
  StockSlice() {
    super(RANK, "mall_stock", List.of("merchant_id", "item_id"), List.of("sold"));
  }

  @Override
  public Long initial(ItemKey key) {
    return 0L;
  }

  @Override
  protected void bindKey(Values values, ItemKey key) {
    values.text(key.merchantId());
    values.text(key.itemId());
  }

  @Override
  protected void bindState(Values values, Long sold) {
    values.number(sold);
  }

  @Override
  protected ItemKey readKey(ResultSet row) throws SQLException {
    return new ItemKey(row.getString("merchant_id"), row.getString("item_id"));
  }

  @Override
  protected Long readState(ResultSet row, int first) throws SQLException {
    return row.getLong(first);
  }
}
