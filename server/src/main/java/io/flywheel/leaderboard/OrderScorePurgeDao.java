package io.flywheel.leaderboard;

import io.flywheel.engine.ViewerRowsPurge;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** Forgets what orders added to scores that were counted long ago. Thread-safe. */
final class OrderScorePurgeDao extends ViewerRowsPurge {
  /** As long as orders themselves are remembered: a refund that comes later takes nothing back. */
  static final Duration KEEP_FOR = Duration.ofDays(400);

  @Inject
  OrderScorePurgeDao() {
    super(
        KEEP_FOR,
        """
        SELECT merchant_id FROM board_order
        WHERE merchant_id > :merchantId
        ORDER BY merchant_id
        LIMIT 1\
        """,
        """
        SELECT viewer_id FROM board_order
        WHERE merchant_id = :merchantId AND viewer_id > :viewerId
        ORDER BY viewer_id
        LIMIT 1 OFFSET :rows\
        """);
  }

  @Override
  public String name() {
    return "forget what orders added to leaderboards";
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
            DELETE FROM board_order
            WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              AND counted_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
  }
}
