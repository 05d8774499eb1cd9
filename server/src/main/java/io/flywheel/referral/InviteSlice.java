package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Invites by their codes, which never change once they are made. Thread-safe. */
final class InviteSlice extends PackedSharedSlice<SharedKey, InviteState> {
  private static final int RANK = 730;

  @Inject
  InviteSlice() {
    super(
        RANK, "referral_invite", List.of("merchant_id", "code"), InviteState.getDefaultInstance());
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
