package io.flywheel.mall;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerRowsPurge;
import io.flywheel.v1.RedemptionState;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * Forgets redemptions three years after they were made, and what viewers said for their deliveries
 * half a year after; those that the merchant still owes stay whole. Thread-safe.
 */
final class RedemptionPurgeDao extends ViewerRowsPurge {
  static final Duration KEEP_FOR = Duration.ofDays(3 * 366);
  static final Duration KEEP_DELIVERIES_FOR = Duration.ofDays(183);

  @Inject
  RedemptionPurgeDao() {
    super("forget redemptions", "redemption", KEEP_FOR);
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
            DELETE delivery
            FROM redemption_delivery delivery
            JOIN redemption redeemed ON redeemed.merchant_id = delivery.merchant_id
              AND redeemed.viewer_id = delivery.viewer_id
              AND redeemed.redemption_number = delivery.redemption_number
            WHERE delivery.merchant_id = :merchantId
              AND delivery.viewer_id > :after AND delivery.viewer_id <= :to
              AND redeemed.state <> :owed AND redeemed.redeemed_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("owed", RedemptionState.REDEMPTION_STATE_RESERVED_VALUE)
        .bind("before", beforeMillis + KEEP_FOR.minus(KEEP_DELIVERIES_FOR).toMillis())
        .execute();
    handle
        .createUpdate(
            """
            DELETE FROM redemption
            WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              AND state <> :owed AND redeemed_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("owed", RedemptionState.REDEMPTION_STATE_RESERVED_VALUE)
        .bind("before", beforeMillis)
        .execute();
  }
}
