package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** By whom viewers were invited, for those who look for circles. Thread-safe. */
final class BondSlice extends PackedSharedSlice<SharedKey, BondRow> {
  private static final int RANK = 740;

  @Inject
  BondSlice() {
    super(RANK, "referral_bond", List.of("merchant_id", "viewer_id"), BondRow.getDefaultInstance());
  }

  @Override
  protected void bindKey(Values values, SharedKey key) {
    values.text(key.merchantId());
    values.text(key.id());
  }

  @Override
  protected SharedKey readKey(ResultSet row) throws SQLException {
    return new SharedKey(row.getString("merchant_id"), row.getString("viewer_id"));
  }
}
