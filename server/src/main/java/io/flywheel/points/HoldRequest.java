package io.flywheel.points;

import java.time.Duration;

/** What the platform asks for points that are set aside. */
sealed interface HoldRequest {
  /** The platform's id of the hold. */
  String holdId();

  /**
   * Sets points aside.
   *
   * @param lapsesAfter when they are released by themselves
   */
  record Place(String holdId, long amount, Duration lapsesAfter, String reason)
      implements HoldRequest {}

  /**
   * Pays with what is set aside.
   *
   * @param amount how many points; 0: all
   */
  record Commit(String holdId, long amount) implements HoldRequest {}

  /** Makes what is set aside spendable again. */
  record Release(String holdId) implements HoldRequest {}
}
