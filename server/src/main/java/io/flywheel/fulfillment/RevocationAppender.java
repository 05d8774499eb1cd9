package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.util.List;

/** Adds up how much of each grant was taken back. Thread-safe. */
final class RevocationAppender implements Appender<RevocationAppender.Row> {
  @Inject
  RevocationAppender() {}

  /**
   * A part of a grant that was taken back.
   *
   * @param viewer whose grant it is
   * @param quantity how much or how many
   * @param revokedMillis when, in epoch milliseconds
   */
  record Row(ViewerKey viewer, long grantNumber, long quantity, long revokedMillis) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO grant_revocation
          (merchant_id, viewer_id, grant_number, quantity, revoked_ms)
        VALUES\
        """,
        5,
        """
        ON DUPLICATE KEY UPDATE
          quantity = quantity + VALUES(quantity), revoked_ms = VALUES(revoked_ms)\
        """,
        rows,
        (values, row) -> {
          ViewerRows.bindKey(values, row.viewer);
          values.number(row.grantNumber);
          values.number(row.quantity);
          values.number(row.revokedMillis);
        });
  }
}
