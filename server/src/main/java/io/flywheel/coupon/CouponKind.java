package io.flywheel.coupon;

import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.flywheel.reward.RewardKind;
import io.flywheel.v1.CouponCodes;
import io.flywheel.v1.Reward;
import java.util.Optional;

/** Coupons as rewards. Thread-safe. */
final class CouponKind implements RewardKind {
  @Inject
  CouponKind() {}

  @Override
  public Reward.KindCase kind() {
    return Reward.KindCase.COUPON;
  }

  @Override
  public boolean isGranted() {
    return true;
  }

  @Override
  public String subjectId(Reward reward) {
    return reward.getCoupon().getCouponId();
  }

  @Override
  public Duration validFor(Reward reward) {
    return reward.getCoupon().getValidFor();
  }

  @Override
  public Optional<Timestamp> endsAt(Reward reward) {
    return reward.getCoupon().hasEndsAt()
        ? Optional.of(reward.getCoupon().getEndsAt())
        : Optional.empty();
  }

  @Override
  public void fill(Reward.Builder reward) {
    if (reward.getCoupon().getCodes() == CouponCodes.COUPON_CODES_UNSPECIFIED) {
      reward.getCouponBuilder().setCodes(CouponCodes.COUPON_CODES_MADE);
    }
  }
}
