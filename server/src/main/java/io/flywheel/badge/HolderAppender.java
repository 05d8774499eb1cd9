package io.flywheel.badge;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.util.List;

/** Notes who holds badges, for those who look from the badge's side. Thread-safe. */
final class HolderAppender implements Appender<HolderAppender.Row> {
  @Inject
  HolderAppender() {}

  /**
   * A tier of a badge that a viewer came to hold, or holds no more.
   *
   * @param revokedMillis when it was revoked, in epoch milliseconds; 0: it is held
   * @param revokedBy who revoked it
   * @param revokedReason why
   */
  record Row(
      ViewerKey viewer,
      BadgeId badge,
      long earnedMillis,
      boolean retroactive,
      long revokedMillis,
      String revokedBy,
      String revokedReason) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO badge_holder
          (merchant_id, viewer_id, badge_id, threshold, earned_ms, retroactive, revoked_ms,
           revoked_by, revoked_reason)
        VALUES\
        """,
        9,
        """
        ON DUPLICATE KEY UPDATE
          earned_ms = IF(VALUES(revoked_ms) = 0, VALUES(earned_ms), earned_ms),
          retroactive = IF(VALUES(revoked_ms) = 0, VALUES(retroactive), retroactive),
          revoked_ms = VALUES(revoked_ms), revoked_by = VALUES(revoked_by),
          revoked_reason = VALUES(revoked_reason)\
        """,
        rows,
        (values, row) -> {
          ViewerRows.bindKey(values, row.viewer);
          values.text(row.badge.badgeId());
          values.number(row.badge.threshold());
          values.number(row.earnedMillis);
          values.number(row.retroactive ? 1 : 0);
          values.number(row.revokedMillis);
          values.text(row.revokedBy);
          values.text(row.revokedReason);
        });
  }
}
