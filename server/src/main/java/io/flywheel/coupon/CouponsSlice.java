package io.flywheel.coupon;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' coupons together. Thread-safe. */
final class CouponsSlice extends PackedSlice<CouponsState> {
  @Inject
  CouponsSlice() {
    super(
        "SELECT viewer_id, state FROM coupon_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO coupon_state (merchant_id, viewer_id, state) VALUES",
        CouponsState.getDefaultInstance());
  }
}
