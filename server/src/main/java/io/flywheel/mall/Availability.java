package io.flywheel.mall;

import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ItemState;
import io.flywheel.v1.MallItem;
import java.time.Instant;

/**
 * Whether a viewer can redeem an item at a time.
 *
 * @param state available, or the first thing that speaks against it
 * @param possibleMillis when it would be possible, in epoch milliseconds; 0: no time helps
 * @param allowed how many more in this stretch of time; {@code Integer.MAX_VALUE}: any number
 */
record Availability(ItemState state, long possibleMillis, int allowed) {
  /** Everything but the stock, which is shared. */
  static Availability of(StateView view, CompiledItem item, MallState bought) {
    long now = view.at().toEpochMilli();
    if (now >= item.endsAtMillis()) {
      return no(ItemState.ITEM_STATE_ENDED, 0);
    }
    if (!item.isFor(view::profileNow)) {
      return no(ItemState.ITEM_STATE_NOT_ELIGIBLE, 0);
    }
    if (now < item.startsAtMillis()) {
      return no(ItemState.ITEM_STATE_COMING_SOON, item.startsAtMillis());
    }
    BoughtRecord record = Bought.find(bought, item.item().getId());
    int allowed = allowed(view, item.item(), record);
    if (allowed == 0) {
      return no(
          ItemState.ITEM_STATE_LIMIT_REACHED, stretch(view, item.item(), view.at()).endsMillis());
    }
    long rested = record.getLatestMs() + item.cooldownMillis();
    if (record.getLatestMs() > 0 && now < rested) {
      return new Availability(ItemState.ITEM_STATE_COOLING_DOWN, rested, allowed);
    }
    return new Availability(ItemState.ITEM_STATE_AVAILABLE, 0, allowed);
  }

  private static Availability no(ItemState state, long possibleMillis) {
    return new Availability(state, possibleMillis, 0);
  }

  private static int allowed(StateView view, MallItem item, BoughtRecord record) {
    if (!item.hasLimit()) {
      return Integer.MAX_VALUE;
    }
    int used =
        record.getStretch().equals(stretch(view, item, view.at()).name()) ? record.getCount() : 0;
    return Math.max(0, item.getLimit().getCount() - used);
  }

  /** The stretch of time that an item's limit counts in at a time. */
  static CountingWindow stretch(StateView view, MallItem item, Instant at) {
    return CountingWindow.stretch(view.program().calendar(), item.getLimit().getPer(), at);
  }
}
