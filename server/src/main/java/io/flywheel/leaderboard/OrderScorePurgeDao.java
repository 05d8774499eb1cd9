package io.flywheel.leaderboard;

import io.flywheel.engine.OldRowsPurge;
import jakarta.inject.Inject;
import java.time.Duration;

/** Forgets what orders added to scores that were counted long ago. Thread-safe. */
final class OrderScorePurgeDao extends OldRowsPurge {
  /** As long as orders themselves are remembered: a refund that comes later takes nothing back. */
  static final Duration KEEP_FOR = Duration.ofDays(400);

  @Inject
  OrderScorePurgeDao() {
    super(
        "forget what orders added to leaderboards",
        "board_order",
        KEEP_FOR,
        "counted_ms < :before");
  }
}
