package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers as those who share and as those who came. Thread-safe. */
final class ReferralStateSlice extends PackedSlice<ReferralState> {
  @Inject
  ReferralStateSlice() {
    super(
        "SELECT viewer_id, state FROM referral_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO referral_state (merchant_id, viewer_id, state) VALUES",
        ReferralState.getDefaultInstance());
  }
}
