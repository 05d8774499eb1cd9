package io.flywheel.client;

import java.util.UUID;

/**
 * Ids for requests and events. They are in time order (UUID version 7), which the service looks up
 * fastest; make an event's when the event happens. Thread-safe.
 */
public final class Ids {
  private static final long TIME_SHIFT = 16;
  private static final long VERSION = 0x7000;
  private static final long RANDOM_BITS = 0x0FFF;

  private Ids() {}

  /** An id that nobody has, such as 019cad8f-ac00-7c14-9a3b-6f1f0c2b7d55. */
  public static String newId() {
    return newId(System.currentTimeMillis());
  }

  static String newId(long millis) {
    UUID random = UUID.randomUUID();
    long high = millis << TIME_SHIFT | VERSION | (random.getMostSignificantBits() & RANDOM_BITS);
    return new UUID(high, random.getLeastSignificantBits()).toString();
  }
}
