package io.flywheel.mall;

import io.flywheel.engine.SharedSlice;
import jakarta.inject.Inject;
import java.sql.PreparedStatement;
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
  protected int bindKey(PreparedStatement statement, int index, ItemKey key) throws SQLException {
    statement.setString(index, key.merchantId());
    statement.setString(index + 1, key.itemId());
    return index + 2;
  }

  @Override
  protected int bindState(PreparedStatement statement, int index, Long sold) throws SQLException {
    statement.setLong(index, sold);
    return index + 1;
  }

  @Override
  protected ItemKey readKey(ResultSet row) throws SQLException {
    return new ItemKey(row.getString("merchant_id"), row.getString("item_id"));
  }

  @Override
  protected Long readState(ResultSet row) throws SQLException {
    return row.getLong("sold");
  }
}
