package io.flywheel.mall;

import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.DeleteDeliveryDataResponse;
import io.flywheel.v1.RedemptionState;
import jakarta.inject.Inject;
import org.jdbi.v3.core.Handle;

/** Deletes what viewers said for deliveries, upon their wish. Thread-safe. */
final class DeliveryDao {
  @Inject
  DeliveryDao() {}

  /** Deletes what a viewer said, but for what the merchant still owes. */
  DeleteDeliveryDataResponse delete(Handle handle, ViewerKey viewer) {
    int deleted =
        handle
            .createUpdate(
                """
                DELETE delivery
                FROM redemption_delivery delivery
                JOIN redemption redeemed ON redeemed.merchant_id = delivery.merchant_id
                  AND redeemed.viewer_id = delivery.viewer_id
                  AND redeemed.redemption_number = delivery.redemption_number
                WHERE delivery.merchant_id = :merchantId AND delivery.viewer_id = :viewerId
                  AND redeemed.state <> :owed\
                """)
            .bind("merchantId", viewer.merchantId())
            .bind("viewerId", viewer.viewerId())
            .bind("owed", RedemptionState.REDEMPTION_STATE_RESERVED_VALUE)
            .execute();
    int kept =
        handle
            .createQuery(
                """
                SELECT COUNT(*) FROM redemption_delivery
                WHERE merchant_id = :merchantId AND viewer_id = :viewerId\
                """)
            .bind("merchantId", viewer.merchantId())
            .bind("viewerId", viewer.viewerId())
            .mapTo(Integer.class)
            .one();
    return DeleteDeliveryDataResponse.newBuilder().setDeleted(deleted).setKept(kept).build();
  }
}
