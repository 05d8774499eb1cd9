package io.flywheel.badge;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Reads badges from the merchant's side. Thread-safe. */
final class BadgeDao {
  @Inject
  BadgeDao() {}

  /** A tier of a badge that a viewer holds or held. */
  record Holder(
      String viewerId,
      long threshold,
      long earnedMillis,
      boolean retroactive,
      long revokedMillis,
      String revokedBy,
      String revokedReason) {}

  /**
   * Holders of a badge by viewers and thresholds.
   *
   * @param threshold only of this tier; 0: of any
   * @param revoked whether those it was taken from are asked for instead
   * @param afterViewer the last of the rows before; empty: from the first
   */
  List<Holder> holders(
      Handle handle,
      String merchantId,
      String badgeId,
      long threshold,
      boolean revoked,
      String afterViewer,
      long afterThreshold,
      int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id, threshold, earned_ms, retroactive, revoked_ms, revoked_by,
              revoked_reason
            FROM badge_holder
            WHERE merchant_id = :merchant AND badge_id = :badge
              AND (viewer_id > :viewer OR (viewer_id = :viewer AND threshold > :after))
              AND viewer_id >= :viewer
              AND (:threshold = 0 OR threshold = :threshold)
              AND (revoked_ms > 0) = :revoked
            ORDER BY viewer_id, threshold
            LIMIT :limit\
            """)
        .bind("merchant", merchantId)
        .bind("badge", badgeId)
        .bind("viewer", afterViewer)
        .bind("after", afterThreshold)
        .bind("threshold", threshold)
        .bind("revoked", revoked)
        .bind("limit", limit)
        .map((row, context) ->
            new Holder(
                row.getString("viewer_id"),
                row.getLong("threshold"),
                row.getLong("earned_ms"),
                row.getBoolean("retroactive"),
                row.getLong("revoked_ms"),
                row.getString("revoked_by"),
                row.getString("revoked_reason")))
        .list();
  }

  /** How many viewers hold each tier of a merchant's badges. */
  Map<BadgeId, Long> counts(Handle handle, String merchantId) {
    Map<BadgeId, Long> counts = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT badge_id, threshold, COUNT(*) AS holders
            FROM badge_holder
            WHERE merchant_id = :merchant AND revoked_ms = 0
            GROUP BY badge_id, threshold\
            """)
        .bind("merchant", merchantId)
        .map((row, context) ->
            counts.put(
                new BadgeId(row.getString("badge_id"), row.getLong("threshold")),
                row.getLong("holders")))
        .list();
    return counts;
  }

  /** How many viewers the merchant knows. */
  long viewers(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT COUNT(*) FROM viewer
            WHERE merchant_id = :merchant AND viewer_id > :beforeViewers AND profile <> ''\
            """)
        .bind("merchant", merchantId)
        .bind("beforeViewers", ViewerKey.BEFORE_VIEWERS)
        .mapTo(Long.class)
        .one();
  }

  /** The tiers of a badge that some viewers have or had, with when they earned them. */
  Map<String, Map<Long, Long>> had(
      Handle handle, String merchantId, String badgeId, List<String> viewerIds) {
    Map<String, Map<Long, Long>> had = new HashMap<>();
    if (!viewerIds.isEmpty()) {
      handle
          .createQuery(
              """
              SELECT viewer_id, threshold, earned_ms FROM badge_holder
              WHERE merchant_id = :merchant AND badge_id = :badge AND viewer_id IN (<viewers>)\
              """)
          .bind("merchant", merchantId)
          .bind("badge", badgeId)
          .bindList("viewers", viewerIds)
          .map((row, context) ->
              had.computeIfAbsent(row.getString("viewer_id"), unused -> new HashMap<>())
                  .put(row.getLong("threshold"), row.getLong("earned_ms")))
          .list();
    }
    return had;
  }
}
