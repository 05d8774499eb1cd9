package io.flywheel.order;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What viewers' orders come to. Thread-safe. */
final class OrderTotalSlice extends PackedSlice<OrderTotals> {
  @Inject
  OrderTotalSlice() {
    super(
        "SELECT viewer_id, state FROM order_total WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO order_total (merchant_id, viewer_id, state) VALUES",
        OrderTotals.getDefaultInstance());
  }
}
