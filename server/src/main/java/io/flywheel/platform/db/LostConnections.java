package io.flywheel.platform.db;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Sees every failure of the pool's connections. Tells which connections to throw away. Not every
 * lost connection says so by its SQL state: one that was killed doesn't. Thread-safe.
 */
final class LostConnections implements SQLExceptionOverride {
  private final Runnable whenFull;

  /**
   * What sees failures.
   *
   * @param whenFull is called when the database has no room left
   */
  LostConnections(Runnable whenFull) {
    this.whenFull = whenFull;
  }

  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failure) {
    if (DatabaseErrors.isFull(failure)) {
      whenFull.run();
    }
    return DatabaseErrors.isUnavailable(failure)
        ? SQLExceptionOverride.Override.MUST_EVICT
        : SQLExceptionOverride.Override.CONTINUE_EVICT;
  }
}
