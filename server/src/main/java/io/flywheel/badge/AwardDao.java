package io.flywheel.badge;

import com.google.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who carries out which run over the journal, and how far it is. Thread-safe. */
final class AwardDao {
  @Inject
  AwardDao() {}

  /** A run that is to be carried out. */
  record Row(AwardKey key, AwardSlice.Run run) {}

  /** The runs that nobody carries out. */
  List<Row> waiting(Handle handle, long nowMillis, int limit) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, badge_id, preview, ordered, progress, done
            FROM badge_award
            WHERE done = 0 AND lease_ms <= :now
            ORDER BY lease_ms
            LIMIT :limit\
            """)
        .bind("now", nowMillis)
        .bind("limit", limit)
        .map((row, context) ->
            new Row(
                new AwardKey(
                    row.getString("merchant_id"),
                    row.getString("badge_id"),
                    row.getBoolean("preview")),
                AwardSlice.Run.of(row)))
        .list();
  }

  /** The latest run; empty: there was none. */
  Optional<AwardSlice.Run> find(Handle handle, AwardKey key) {
    return handle
        .createQuery(
            """
            SELECT ordered, progress, done FROM badge_award
            WHERE merchant_id = :merchant AND badge_id = :badge AND preview = :preview\
            """)
        .bind("merchant", key.merchantId())
        .bind("badge", key.badgeId())
        .bind("preview", key.preview())
        .map((row, context) -> AwardSlice.Run.of(row))
        .findOne();
  }

  /**
   * Takes a run that nobody carries out.
   *
   * @return whether it was taken
   */
  boolean take(Handle handle, AwardKey key, String owner, long nowMillis, long leaseMillis) {
    return handle
            .createUpdate(
                """
                UPDATE badge_award SET owner = :owner, lease_ms = :lease
                WHERE merchant_id = :merchant AND badge_id = :badge AND preview = :preview
                  AND done = 0 AND lease_ms <= :now\
                """)
            .bind("owner", owner)
            .bind("lease", leaseMillis)
            .bind("now", nowMillis)
            .bind("merchant", key.merchantId())
            .bind("badge", key.badgeId())
            .bind("preview", key.preview())
            .execute()
        == 1;
  }

  /**
   * Notes how far a run is.
   *
   * @return whether the owner still carries it out
   */
  boolean note(
      Handle handle,
      AwardKey key,
      String owner,
      AwardProgress progress,
      boolean done,
      long leaseMillis) {
    return handle
            .createUpdate(
                """
                UPDATE badge_award SET progress = :progress, done = :done, lease_ms = :lease
                WHERE merchant_id = :merchant AND badge_id = :badge AND preview = :preview
                  AND owner = :owner AND done = 0\
                """)
            .bind("progress", progress.toByteArray())
            .bind("done", done)
            .bind("lease", leaseMillis)
            .bind("merchant", key.merchantId())
            .bind("badge", key.badgeId())
            .bind("preview", key.preview())
            .bind("owner", owner)
            .execute()
        == 1;
  }
}
