package io.flywheel.coupon;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerRowsPurge;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * Forgets coupons, with their codes, three years after they were used, taken back or at an end.
 * What never ends stays. Thread-safe.
 */
final class CouponPurgeDao extends ViewerRowsPurge {
  static final Duration KEEP_FOR = Duration.ofDays(3 * 366);

  @Inject
  CouponPurgeDao() {
    super(
        KEEP_FOR,
        """
        SELECT merchant_id FROM viewer_coupon
        WHERE merchant_id > :merchantId
        ORDER BY merchant_id
        LIMIT 1\
        """,
        """
        SELECT viewer_id FROM viewer_coupon
        WHERE merchant_id = :merchantId AND viewer_id > :viewerId
        ORDER BY viewer_id
        LIMIT 1 OFFSET :rows\
        """);
  }

  @Override
  public String name() {
    return "forget coupons";
  }

  @Override
  protected void forget(
      Handle handle,
      String merchantId,
      String afterViewerId,
      String toViewerId,
      long beforeMillis) {
    handle
        .createUpdate(
            """
            DELETE FROM viewer_coupon
            WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              AND over_ms > 0 AND over_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
  }
}
