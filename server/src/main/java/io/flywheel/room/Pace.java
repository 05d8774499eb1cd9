package io.flywheel.room;

import com.google.common.collect.ImmutableMap;
import java.time.Duration;

/**
 * How fast a viewer reports what it does. Each kind of action keeps a person busy for its share of
 * a second; what a person could not have done by now, with a little in advance, is not taken.
 * Immutable.
 *
 * @param busyUntilMillis until when a person would have been busy with what was taken, by the
 *     number of the action's field in {@code Event}
 */
record Pace(ImmutableMap<Integer, Long> busyUntilMillis) {
  /** Apps gather what viewers do, so that a report tells of some seconds at once. */
  static final Duration ADVANCE = Duration.ofSeconds(10);

  static final Pace RESTED = new Pace(ImmutableMap.of());

  /**
   * What became of a report.
   *
   * @param taken how many of the actions are taken
   */
  record Step(Pace after, int taken) {}

  /**
   * Takes as many of some actions as a person can do.
   *
   * @param perSecond how many of the kind a person can do a second
   */
  Step take(int kind, int count, int perSecond, long atMillis) {
    long busyUntil = Math.max(busyUntilMillis.getOrDefault(kind, 0L), atMillis);
    long freeMillis = atMillis + ADVANCE.toMillis() - busyUntil;
    int taken = (int) Math.min(count, Math.max(0, freeMillis * perSecond / 1_000));
    if (taken == 0) {
      return new Step(this, 0);
    }
    long after = busyUntil + Math.ceilDiv(taken * 1_000L, perSecond);
    return new Step(
        new Pace(
            ImmutableMap.<Integer, Long>builder()
                .putAll(busyUntilMillis)
                .put(kind, after)
                .buildKeepingLast()),
        taken);
  }
}
