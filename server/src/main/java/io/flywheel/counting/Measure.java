package io.flywheel.counting;

import io.flywheel.v1.CountBy;

/** What can be added up of some triggers only; times and days can be of all. */
public enum Measure {
  /** An amount that the trigger names. */
  AMOUNT(CountBy.COUNT_BY_AMOUNT),
  /** Seconds of watch time. */
  SECONDS(CountBy.COUNT_BY_SECONDS),
  /** Different texts. */
  TEXTS(CountBy.COUNT_BY_DISTINCT_TEXTS),
  /** Different things, by their keys. */
  KEYS(CountBy.COUNT_BY_DISTINCT_KEYS),
  /** Different invitees. */
  INVITEES(CountBy.COUNT_BY_DISTINCT_INVITEES);

  private final CountBy countBy;

  Measure(CountBy countBy) {
    this.countBy = countBy;
  }

  CountBy countBy() {
    return countBy;
  }
}
