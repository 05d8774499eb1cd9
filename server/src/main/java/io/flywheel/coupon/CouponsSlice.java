package io.flywheel.coupon;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' coupons together. Thread-safe. */
final class CouponsSlice extends PackedSlice<CouponsState> {
  @Inject
  CouponsSlice() {
    super("coupon_state", CouponsState.getDefaultInstance());
  }
}
