package io.flywheel.order;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerRowsPurge;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** Forgets orders that were first heard of long ago. Thread-safe. */
final class OrderPurgeDao extends ViewerRowsPurge {
  /** How long they are remembered. */
  static final Duration KEEP_FOR = Duration.ofDays(400);

  @Inject
  OrderPurgeDao() {
    super(
        KEEP_FOR,
        """
        SELECT merchant_id FROM viewer_order
        WHERE merchant_id > :merchantId
        ORDER BY merchant_id
        LIMIT 1\
        """,
        """
        SELECT viewer_id FROM viewer_order
        WHERE merchant_id = :merchantId AND viewer_id > :viewerId
        ORDER BY viewer_id
        LIMIT 1 OFFSET :rows\
        """);
  }

  @Override
  public String name() {
    return "forget orders";
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
            DELETE FROM viewer_order
            WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              AND heard_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
  }
}
