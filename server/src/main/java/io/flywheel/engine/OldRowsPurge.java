package io.flywheel.engine;

import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** A {@link ViewerRowsPurge} of rows that tell their age themselves. Thread-safe. */
public abstract class OldRowsPurge extends ViewerRowsPurge {
  private final String delete;

  /**
   * A purge of what is older than this.
   *
   * @param name the chore's name
   * @param old the condition of rows from before {@code :before}, in epoch milliseconds
   */
  protected OldRowsPurge(String name, String table, Duration keepFor, String old) {
    super(name, table, keepFor);
    this.delete =
        """
        DELETE FROM %s
        WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to AND %s\
        """
            .formatted(table, old);
  }

  @Override
  protected final void forget(
      Handle handle,
      String merchantId,
      String afterViewerId,
      String toViewerId,
      long beforeMillis) {
    handle
        .createUpdate(delete)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .bind("before", beforeMillis)
        .execute();
  }
}
