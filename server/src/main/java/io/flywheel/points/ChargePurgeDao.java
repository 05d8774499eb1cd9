package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerRowsPurge;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * Forgets what charges of long ago took; what is refunded of them then never lapses. Thread-safe.
 */
final class ChargePurgeDao extends ViewerRowsPurge {
  /** How long they are remembered. */
  static final Duration KEEP_FOR = Duration.ofDays(400);

  @Inject
  ChargePurgeDao() {
    super(
        KEEP_FOR,
        """
        SELECT merchant_id FROM points_charge
        WHERE merchant_id > :merchantId
        ORDER BY merchant_id
        LIMIT 1\
        """,
        """
        SELECT viewer_id FROM points_charge
        WHERE merchant_id = :merchantId AND viewer_id > :viewerId
        ORDER BY viewer_id
        LIMIT 1 OFFSET :rows\
        """);
  }

  @Override
  public String name() {
    return "forget charges";
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
            DELETE FROM points_charge
            WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              AND charged_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
  }
}
