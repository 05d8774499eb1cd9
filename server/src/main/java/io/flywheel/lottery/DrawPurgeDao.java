package io.flywheel.lottery;

import io.flywheel.engine.OldRowsPurge;
import jakarta.inject.Inject;
import java.time.Duration;

/** Forgets draws of lotteries when their record need not be kept any more. Thread-safe. */
final class DrawPurgeDao extends OldRowsPurge {
  /** Three years, as the law on blind boxes has it, and not a day less. */
  static final Duration KEEP_FOR = Duration.ofDays(3 * 366);

  @Inject
  DrawPurgeDao() {
    super("forget draws", "lottery_draw", KEEP_FOR, "drawn_ms > 0 AND drawn_ms < :before");
  }
}
