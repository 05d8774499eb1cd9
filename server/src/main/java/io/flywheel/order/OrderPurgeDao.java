package io.flywheel.order;

import com.google.inject.Inject;
import io.flywheel.engine.OldRowsPurge;
import java.time.Duration;

/** Forgets orders that were first heard of long ago. Thread-safe. */
final class OrderPurgeDao extends OldRowsPurge {
  /** How long they are remembered. */
  static final Duration KEEP_FOR = Duration.ofDays(400);

  @Inject
  OrderPurgeDao() {
    super("forget orders", "viewer_order", KEEP_FOR, "heard_ms < :before");
  }
}
