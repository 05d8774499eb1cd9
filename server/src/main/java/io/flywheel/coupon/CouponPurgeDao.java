package io.flywheel.coupon;

import com.google.inject.Inject;
import io.flywheel.engine.OldRowsPurge;
import java.time.Duration;

/**
 * Forgets coupons, with their codes, three years after they were used, taken back or at an end.
 * What never ends stays. Thread-safe.
 */
final class CouponPurgeDao extends OldRowsPurge {
  static final Duration KEEP_FOR = Duration.ofDays(3 * 366);

  @Inject
  CouponPurgeDao() {
    super("forget coupons", "viewer_coupon", KEEP_FOR, "over_ms > 0 AND over_ms < :before");
  }
}
