package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import io.flywheel.v1.LanternStock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** How many lanterns of a merchant are lit. */
final class StockSlice extends PackedSharedSlice<String, LanternStock> {
  private static final int RANK = 9_000;

  @Inject
  StockSlice() {
    super(RANK, "lantern_stock", List.of("merchant_id"), LanternStock.getDefaultInstance());
  }

  @Override
  protected void bindKey(Values values, String merchantId) {
    values.text(merchantId);
  }

  @Override
  protected String readKey(ResultSet row) throws SQLException {
    return row.getString("merchant_id");
  }
}
