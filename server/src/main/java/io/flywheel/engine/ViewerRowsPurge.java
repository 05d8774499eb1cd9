package io.flywheel.engine;

import io.flywheel.platform.chores.Chore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets rows of viewers that are old enough, of a table whose key begins with merchant and
 * viewer: it walks along the key once a day, some thousand rows a step. Thread-safe.
 */
public abstract class ViewerRowsPurge implements Chore {
  private static final int STEP_ROWS = 5_000;

  /** After all viewers' ids. */
  private static final String LAST_VIEWER = "~~";

  private final String name;
  private final Duration keepFor;
  private final String merchantAfter;
  private final String viewerAfter;

  /**
   * A purge of what is older than this.
   *
   * @param name the chore's name
   */
  protected ViewerRowsPurge(String name, String table, Duration keepFor) {
    this.name = name;
    this.keepFor = keepFor;
    this.merchantAfter =
        """
        SELECT merchant_id FROM %s
        WHERE merchant_id > :merchantId
        ORDER BY merchant_id
        LIMIT 1\
        """
            .formatted(table);
    this.viewerAfter =
        """
        SELECT viewer_id FROM %s
        WHERE merchant_id = :merchantId AND viewer_id > :viewerId
        ORDER BY viewer_id
        LIMIT 1 OFFSET :rows\
        """
            .formatted(table);
  }

  /** Deletes the rows of the viewers after one and up to another that are older than a time. */
  protected abstract void forget(
      Handle handle, String merchantId, String afterViewerId, String toViewerId, long beforeMillis);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Duration rest() {
    return Duration.ofDays(1);
  }

  @Override
  public final Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    String[] from = new String(progress, StandardCharsets.US_ASCII).split(" ", -1);
    Optional<String> merchant =
        progress.length == 0 ? merchantAfter(handle, "") : Optional.of(from[0]);
    if (merchant.isEmpty()) {
      return Optional.empty();
    }
    String after = progress.length == 0 ? "" : from[1];
    Optional<String> next = viewerAfter(handle, merchant.get(), after, STEP_ROWS);
    forget(
        handle, merchant.get(), after, next.orElse(LAST_VIEWER), now.minus(keepFor).toEpochMilli());
    return next.map(viewerId -> position(merchant.get(), viewerId))
        .or(() -> merchantAfter(handle, merchant.get()).map(other -> position(other, "")));
  }

  /** The merchant of the first row after a merchant's. */
  private Optional<String> merchantAfter(Handle handle, String merchantId) {
    return handle
        .createQuery(merchantAfter)
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne();
  }

  /** The viewer of the row that comes so many rows after those of a viewer. */
  private Optional<String> viewerAfter(
      Handle handle, String merchantId, String viewerId, int rows) {
    return handle
        .createQuery(viewerAfter)
        .bind("merchantId", merchantId)
        .bind("viewerId", viewerId)
        .bind("rows", rows)
        .mapTo(String.class)
        .findOne();
  }

  private static byte[] position(String merchantId, String viewerId) {
    return (merchantId + " " + viewerId).getBytes(StandardCharsets.US_ASCII);
  }
}
