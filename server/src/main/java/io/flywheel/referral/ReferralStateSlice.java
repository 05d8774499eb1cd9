package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers as those who share and as those who came. Thread-safe. */
final class ReferralStateSlice extends PackedSlice<ReferralState> {
  @Inject
  ReferralStateSlice() {
    super("referral_state", ReferralState.getDefaultInstance());
  }
}
