package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.OldRowsPurge;
import java.time.Duration;

/**
 * Forgets what charges of long ago took; what is refunded of them then never lapses. Thread-safe.
 */
final class ChargePurgeDao extends OldRowsPurge {
  /** How long they are remembered. */
  static final Duration KEEP_FOR = Duration.ofDays(400);

  @Inject
  ChargePurgeDao() {
    super("forget charges", "points_charge", KEEP_FOR, "charged_ms < :before");
  }
}
