package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.GrantDelivery;
import java.util.List;

/** Keeps how far the delivery of each grant is. Thread-safe. */
final class GrantDeliveryAppender implements Appender<GrantDeliveryAppender.Row> {
  @Inject
  GrantDeliveryAppender() {}

  /** How far the delivery of a viewer's grant is. */
  record Row(ViewerKey viewer, long grantNumber, GrantDelivery delivery) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO grant_delivery
          (merchant_id, viewer_id, grant_number, state, reference, moved_ms)
        VALUES\
        """,
        6,
        """
        ON DUPLICATE KEY UPDATE
          state = VALUES(state), reference = VALUES(reference), moved_ms = VALUES(moved_ms)\
        """,
        rows,
        (values, row) -> {
          ViewerRows.bindKey(values, row.viewer);
          values.number(row.grantNumber);
          values.number(row.delivery.getStateValue());
          values.text(row.delivery.getReference());
          values.number(Timestamps.toMillis(row.delivery.getMovedAt()));
        });
  }
}
