package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Gatherings by their codes. Thread-safe. */
final class GatheringSlice extends PackedSharedSlice<SharedKey, GatheringRow> {
  private static final int RANK = 720;

  @Inject
  GatheringSlice() {
    super(
        RANK,
        "referral_gathering",
        List.of("merchant_id", "code"),
        GatheringRow.getDefaultInstance());
  }

  @Override
  protected void bindKey(Values values, SharedKey key) {
    values.text(key.merchantId());
    values.text(key.id());
  }

  @Override
  protected SharedKey readKey(ResultSet row) throws SQLException {
    return new SharedKey(row.getString("merchant_id"), row.getString("code"));
  }
}
