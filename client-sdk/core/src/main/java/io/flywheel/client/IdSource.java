package io.flywheel.client;

import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Makes UUIDs of version 7 that are in the order in which they were made, also within a millisecond
 * and when the clock is set back: the twelve bits after the time count up, and borrow from the next
 * millisecond when they run over. Thread-safe.
 */
final class IdSource {
  private static final int COUNTER_BITS = 12;
  private static final int COUNTER_MAX = (1 << COUNTER_BITS) - 1;

  /** The counter begins in the lower half, so that a millisecond has room for 2,048 more. */
  private static final int COUNTER_START_MAX = COUNTER_MAX >> 1;

  private static final long VERSION = 0x7000;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final LongSupplier nowMillis;
  private final Randomness randomness;
  private long latestMillis = -1;
  private int counter;

  IdSource(LongSupplier nowMillis, Randomness randomness) {
    this.nowMillis = nowMillis;
    this.randomness = randomness;
  }

  String newId() {
    long random = randomness.upTo(Long.MAX_VALUE);
    long high;
    synchronized (this) {
      long now = nowMillis.getAsLong();
      if (now > latestMillis) {
        latestMillis = now;
        counter = (int) randomness.upTo(COUNTER_START_MAX);
      } else if (counter == COUNTER_MAX) {
        latestMillis++;
        counter = (int) randomness.upTo(COUNTER_START_MAX);
      } else {
        counter++;
      }
      high = latestMillis << (COUNTER_BITS + 4) | VERSION | counter;
    }
    return new UUID(high, VARIANT | (random >>> 1)).toString();
  }
}
