package io.flywheel.lottery;

import io.flywheel.engine.ViewerRowsPurge;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** Forgets draws of lotteries when their record need not be kept any more. Thread-safe. */
final class DrawPurgeDao extends ViewerRowsPurge {
  /** Three years, as the law on blind boxes has it, and not a day less. */
  static final Duration KEEP_FOR = Duration.ofDays(3 * 366);

  @Inject
  DrawPurgeDao() {
    super(
        KEEP_FOR,
        """
        SELECT merchant_id FROM lottery_draw
        WHERE merchant_id > :merchantId
        ORDER BY merchant_id
        LIMIT 1\
        """,
        """
        SELECT viewer_id FROM lottery_draw
        WHERE merchant_id = :merchantId AND viewer_id > :viewerId
        ORDER BY viewer_id
        LIMIT 1 OFFSET :rows\
        """);
  }

  @Override
  public String name() {
    return "forget draws";
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
            DELETE FROM lottery_draw
            WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              AND drawn_ms > 0 AND drawn_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
  }
}
