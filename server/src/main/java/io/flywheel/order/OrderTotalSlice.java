package io.flywheel.order;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What viewers' orders come to. Thread-safe. */
final class OrderTotalSlice extends PackedSlice<OrderTotals> {
  @Inject
  OrderTotalSlice() {
    super("order_total", OrderTotals.getDefaultInstance());
  }
}
