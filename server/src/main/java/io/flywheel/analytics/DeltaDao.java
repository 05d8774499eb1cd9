package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.engine.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;

/**
 * The deltas of figures that wait to be folded. They are read without locks: whoever folds holds
 * the merchant's own, so nobody else takes away what was read. Thread-safe.
 */
final class DeltaDao {
  /** Before all ids. */
  static final long FIRST = -1;

  private static final int ROWS_AT_ONCE = 200;

  @Inject
  DeltaDao() {}

  /** A delta, see {@link FiguresDelta}. */
  static final class Row {
    final long id;
    final byte[] delta;

    Row(long id, byte[] delta) {
      this.id = id;
      this.delta = delta;
    }
  }

  /**
   * Some rows, by rising ids.
   *
   * @param last whether there were no more
   */
  record Part(List<Row> rows, boolean last) {}

  /**
   * What waits of a merchant.
   *
   * @param oldestMillis when the oldest was written; {@link Long#MAX_VALUE}: there is none
   */
  record Waiting(long deltas, long bytes, long oldestMillis) {
    static final Waiting NOTHING = new Waiting(0, 0, Long.MAX_VALUE);

    Waiting plus(Waiting other) {
      return new Waiting(
          deltas + other.deltas, bytes + other.bytes, Math.min(oldestMillis, other.oldestMillis));
    }
  }

  /** Adds the write of a batch's deltas, by merchants. */
  static void append(Script script, SortedMap<String, byte[]> deltas, long nowMillis) {
    script.write(
        "INSERT INTO figures_delta (merchant_id, delta_id, taken_ms, delta) VALUES",
        4,
        "",
        deltas.entrySet(),
        (values, delta) -> {
          values.text(delta.getKey());
          values.number(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
          values.number(nowMillis);
          values.bytes(delta.getValue());
        });
  }

  /** Makes the row that {@link #lock} locks. */
  void createLock(Handle handle, String merchantId) {
    handle
        .createUpdate("INSERT IGNORE INTO figures_fold (merchant_id) VALUES (:merchantId)")
        .bind("merchantId", merchantId)
        .execute();
  }

  /**
   * Waits until nobody else folds a merchant's deltas, and lets nobody until the transaction ends.
   *
   * @return false: there is nothing to lock yet, see {@link #createLock}
   */
  boolean lock(Handle handle, String merchantId) {
    return handle
        .createQuery(
            "SELECT merchant_id FROM figures_fold WHERE merchant_id = :merchantId FOR UPDATE")
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne()
        .isPresent();
  }

  /** Whether anything waits, or is being folded by a transaction that is under way. */
  boolean isAnyWaiting(Handle handle, String merchantId) {
    return handle
        .createQuery("SELECT 1 FROM figures_delta WHERE merchant_id = :merchantId LIMIT 1")
        .bind("merchantId", merchantId)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** What waits. */
  Waiting waiting(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT COUNT(*) AS deltas, COALESCE(SUM(LENGTH(delta)), 0) AS bytes,
              COALESCE(MIN(taken_ms), 9223372036854775807) AS oldest_ms
            FROM figures_delta
            WHERE merchant_id = :merchantId\
            """)
        .bind("merchantId", merchantId)
        .map((row, context) ->
            new Waiting(row.getLong("deltas"), row.getLong("bytes"), row.getLong("oldest_ms")))
        .one();
  }

  /** The merchant after another of whom anything waits. */
  Optional<String> merchantAfter(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT merchant_id FROM figures_delta
            WHERE merchant_id > :merchantId
            ORDER BY merchant_id
            LIMIT 1\
            """)
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne();
  }

  /**
   * Reads some of what waits.
   *
   * @param afterId the id after which it begins; {@link #FIRST}: at the beginning
   * @param maxRows at most so many
   * @param maxBytes no more once there are so many
   */
  Part after(Handle handle, String merchantId, long afterId, int maxRows, long maxBytes) {
    List<Row> rows = new ArrayList<>();
    long bytes = 0;
    while (rows.size() < maxRows && bytes < maxBytes) {
      int limit = Math.min(ROWS_AT_ONCE, maxRows - rows.size());
      List<Row> next =
          handle
              .createQuery(
                  """
                  SELECT delta_id, delta FROM figures_delta
                  WHERE merchant_id = :merchantId AND delta_id > :after
                  ORDER BY delta_id
                  LIMIT :limit\
                  """)
              .bind("merchantId", merchantId)
              .bind("after", rows.isEmpty() ? afterId : rows.getLast().id)
              .bind("limit", limit)
              .map((row, context) -> new Row(row.getLong("delta_id"), row.getBytes("delta")))
              .list();
      rows.addAll(next);
      bytes += next.stream().mapToLong(row -> row.delta.length).sum();
      if (next.size() < limit) {
        return new Part(rows, true);
      }
    }
    return new Part(rows, false);
  }

  /** Takes away what was folded. */
  void delete(Handle handle, String merchantId, List<Row> rows) {
    Script script = new Script(handle);
    script.delete(
        "DELETE FROM figures_delta WHERE merchant_id = ? AND delta_id IN",
        merchantId,
        rows,
        (values, row) -> values.number(row.id));
    script.run();
  }

  /** Adds up all that waits, as the transaction sees it. */
  Tally all(Handle handle, String merchantId) {
    Tally tally = new Tally();
    long after = FIRST;
    boolean more = true;
    while (more) {
      Part part = after(handle, merchantId, after, ROWS_AT_ONCE, Long.MAX_VALUE);
      part.rows().stream()
          .map(row -> row.delta)
          .filter(FiguresDelta::isKnown)
          .forEach(delta -> FiguresDelta.addTo(tally, merchantId, delta));
      more = !part.last();
      after = more ? part.rows().getLast().id : after;
    }
    return tally;
  }
}
