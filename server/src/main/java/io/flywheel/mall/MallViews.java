package io.flywheel.mall;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ItemState;
import io.flywheel.v1.MallItem;
import io.flywheel.v1.MallItemView;
import jakarta.inject.Inject;
import java.util.List;

/** Items as they are for a viewer. Thread-safe. */
final class MallViews {
  private final MallStateSlice states;
  private final StockSlice stock;

  @Inject
  MallViews(MallStateSlice states, StockSlice stock) {
    this.states = states;
    this.stock = stock;
  }

  List<MallItemView> all(StateView view) {
    MallState bought = view.get(states);
    return CompiledMall.of(view).items().stream().map(item -> of(view, item, bought)).toList();
  }

  /** One item; fails with ITEM_NOT_FOUND where there is none. */
  MallItemView one(StateView view, String itemId) {
    return of(view, CompiledMall.of(view).require(itemId), view.get(states));
  }

  private MallItemView of(StateView view, CompiledItem compiled, MallState bought) {
    MallItem item = compiled.item();
    Availability availability = Availability.of(view, compiled, bought);
    MallItemView.Builder shown =
        MallItemView.newBuilder()
            .setItem(item)
            .setPrice(compiled.priceFor(view::profileNow))
            .setState(availability.state());
    if (availability.possibleMillis() > 0) {
      shown.setPossibleAt(Timestamps.fromMillis(availability.possibleMillis()));
    }
    if (item.hasLimit()) {
      shown.setAllowed(availability.allowed());
    }
    if (item.hasStock()) {
      long sold = view.peek(stock, new ItemKey(view.viewer().merchantId(), item.getId()));
      long left = Math.max(0, item.getStock() - sold);
      shown.setLeft(left);
      if (left == 0 && availability.state() == ItemState.ITEM_STATE_AVAILABLE) {
        shown.setState(ItemState.ITEM_STATE_SOLD_OUT);
      }
    }
    return shown.build();
  }
}
