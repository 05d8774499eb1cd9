package io.flywheel.order;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Lets conditions know what a viewer has ordered. Thread-safe. */
final class OrderProfile implements ProfileSection {
  private final OrderTotalSlice slice;

  @Inject
  OrderProfile(OrderTotalSlice slice) {
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of("orders", "ordered_minor");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    OrderTotals totals = totals(view);
    profile.setOrders(totals.getOrders()).setOrderedMinor(totals.getOrderedMinor());
  }

  /** Adds to what a viewer's orders come to; neither figure goes below zero. */
  void add(Turn turn, long orders, long minor) {
    OrderTotals totals = totals(turn);
    turn.set(
        slice,
        OrderTotals.newBuilder()
            .setOrders(Math.max(0, LongMath.saturatedAdd(totals.getOrders(), orders)))
            .setOrderedMinor(Math.max(0, LongMath.saturatedAdd(totals.getOrderedMinor(), minor)))
            .build());
    ViewerProfile row = turn.profile();
    if (row.getOrders() != 0 || row.getOrderedMinor() != 0) {
      turn.setProfile(row.toBuilder().clearOrders().clearOrderedMinor().build());
    }
  }

  private OrderTotals totals(StateView view) {
    OrderTotals own = view.get(slice);
    ViewerProfile row = view.profile();
    return OrderTotals.newBuilder()
        .setOrders(LongMath.saturatedAdd(own.getOrders(), row.getOrders()))
        .setOrderedMinor(LongMath.saturatedAdd(own.getOrderedMinor(), row.getOrderedMinor()))
        .build();
  }
}
