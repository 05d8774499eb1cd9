package io.flywheel.order;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Viewers' orders. Thread-safe. */
final class OrderSlice implements Slice<OrderSlice.Key, OrderSlice.Order> {
  @Inject
  OrderSlice() {}

  /** An order of a viewer. */
  record Key(ViewerKey viewer, String orderId) implements Comparable<Key>, OfViewer {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer).thenComparing(Key::orderId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What is known of an order.
   *
   * @param heardMillis when it was first heard of, by the time of what told of it, in epoch
   *     milliseconds; 0: never
   */
  record Order(OrderState state, long heardMillis) {
    static final Order UNKNOWN = new Order(OrderState.getDefaultInstance(), 0);
  }

  @Override
  public Order initial(Key key) {
    return Order.UNKNOWN;
  }

  @Override
  public void load(Script script, SortedSet<Key> keys, boolean lock, BiConsumer<Key, Order> found) {
    // A batch has few orders, so each is a statement of its own.
    for (Key key : keys) {
      script.readEach(
          """
          SELECT state, heard_ms FROM viewer_order
          WHERE merchant_id = ? AND viewer_id = ? AND order_id = ?\
          """,
          List.of(key),
          (values, each) -> {
            ViewerRows.bindKey(values, each.viewer);
            values.text(each.orderId);
          },
          row -> found.accept(key, read(row)));
    }
  }

  @Override
  public void save(Script script, Map<Key, Order> changed) {
    script.write(
        "INSERT INTO viewer_order (merchant_id, viewer_id, order_id, state, heard_ms) VALUES",
        5,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey().viewer);
          values.text(row.getKey().orderId);
          values.bytes(row.getValue().state.toByteArray());
          values.number(row.getValue().heardMillis);
        });
  }

  private static Order read(ResultSet row) throws SQLException {
    try {
      return new Order(OrderState.parseFrom(row.getBytes("state")), row.getLong("heard_ms"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("viewer_order.state can't be read", e);
    }
  }
}
