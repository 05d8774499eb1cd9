package io.flywheel.order;

import com.google.inject.Inject;
import io.flywheel.engine.DatedSlice;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import java.util.Comparator;

/** Viewers' orders, dated by when they were first heard of. Thread-safe. */
final class OrderSlice extends DatedSlice<OrderSlice.Key, OrderState> {
  @Inject
  OrderSlice() {
    super("viewer_order", "order_id", "heard_ms", OrderState.getDefaultInstance());
  }

  /** An order of a viewer. */
  record Key(ViewerKey viewer, String orderId) implements Comparable<Key>, OfViewer {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer).thenComparing(Key::orderId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  protected void bindId(Values values, Key key) {
    values.text(key.orderId);
  }
}
