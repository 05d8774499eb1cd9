package io.flywheel.client;

import java.security.SecureRandom;

/**
 * Ids for requests and events. They are in time order (UUID version 7), which the service looks up
 * fastest; make an event's when the event happens. Thread-safe.
 */
public final class Ids {
  private static final IdSource SOURCE =
      new IdSource(System::currentTimeMillis, new SecureRandom()::nextBytes);

  private Ids() {}

  /**
   * An id that nobody has, such as 019cad8f-ac00-7c14-9a3b-6f1f0c2b7d55; as text it is greater than
   * those that this process made before.
   */
  public static String newId() {
    return SOURCE.newId();
  }
}
