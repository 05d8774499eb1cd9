package io.flywheel.mall;

import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.Redemption;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** Adds what viewers say for deliveries. Thread-safe. */
final class DeliveryAppender implements Appender<DeliveryAppender.Row> {
  @Inject
  DeliveryAppender() {}

  /** What a viewer said for a delivery, by the names of the item's fields. */
  record Row(RedemptionKey key, Map<String, String> delivery) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO redemption_delivery (merchant_id, viewer_id, redemption_number, delivery)
        VALUES\
        """,
        4,
        "",
        rows,
        (values, row) -> {
          ViewerRows.bindKey(values, row.key().viewer());
          values.number(row.key().number());
          values.bytes(
              Redemption.newBuilder().putAllDelivery(row.delivery()).build().toByteArray());
        });
  }
}
