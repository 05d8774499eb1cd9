package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Who is known under a hash of a device, network or payment. Thread-safe. */
final class IdentitySlice extends PackedSharedSlice<SharedKey, IdentityState> {
  private static final int RANK = 750;

  @Inject
  IdentitySlice() {
    super(
        RANK,
        "referral_identity",
        List.of("merchant_id", "identity"),
        IdentityState.getDefaultInstance());
  }

  @Override
  protected void bindKey(Values values, SharedKey key) {
    values.text(key.merchantId());
    values.text(key.id());
  }

  @Override
  protected SharedKey readKey(ResultSet row) throws SQLException {
    return new SharedKey(row.getString("merchant_id"), row.getString("identity"));
  }
}
