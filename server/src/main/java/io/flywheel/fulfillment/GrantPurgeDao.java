package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerRowsPurge;
import io.flywheel.v1.Reward;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Forgets grants that ended long ago, with what was taken back and delivered of them, and the
 * privileges that they gave. Experience, tickets, cards and freezes are in their keepers' sums from
 * the beginning, so that their grants are over at once. Thread-safe.
 */
public final class GrantPurgeDao extends ViewerRowsPurge {
  private static final List<Integer> OVER_AT_ONCE =
      List.of(
          Reward.EXPERIENCE_FIELD_NUMBER,
          Reward.TICKET_FIELD_NUMBER,
          Reward.MAKE_UP_CARD_FIELD_NUMBER,
          Reward.FREEZE_FIELD_NUMBER);

  @Inject
  GrantPurgeDao(FulfillmentConfig config) {
    super("forget ended grants", "viewer_grant", config.keepEndedFor());
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
            DELETE granted
            FROM viewer_grant granted
            LEFT JOIN grant_revocation revoked
              ON revoked.merchant_id = granted.merchant_id
                AND revoked.viewer_id = granted.viewer_id
                AND revoked.grant_number = granted.grant_number
            WHERE granted.merchant_id = :merchantId
              AND granted.viewer_id > :after AND granted.viewer_id <= :to
              AND (granted.expires_ms < :before
                OR (granted.kind IN (<overAtOnce>) AND granted.granted_ms < :before)
                OR (revoked.quantity >= granted.quantity AND revoked.revoked_ms < :before))\
            """)
        .bindList("overAtOnce", OVER_AT_ONCE)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
    handle
        .createUpdate(
            """
            DELETE revoked
            FROM grant_revocation revoked
            LEFT JOIN viewer_grant granted
              ON granted.merchant_id = revoked.merchant_id
                AND granted.viewer_id = revoked.viewer_id
                AND granted.grant_number = revoked.grant_number
            WHERE revoked.merchant_id = :merchantId
              AND revoked.viewer_id > :after AND revoked.viewer_id <= :to
              AND granted.grant_number IS NULL\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .execute();
    handle
        .createUpdate(
            """
            DELETE delivery
            FROM grant_delivery delivery
            LEFT JOIN viewer_grant granted
              ON granted.merchant_id = delivery.merchant_id
                AND granted.viewer_id = delivery.viewer_id
                AND granted.grant_number = delivery.grant_number
            WHERE delivery.merchant_id = :merchantId
              AND delivery.viewer_id > :after AND delivery.viewer_id <= :to
              AND granted.grant_number IS NULL\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .execute();
    handle
        .createUpdate(
            """
            DELETE FROM viewer_privilege
            WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              AND ends_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
  }
}
