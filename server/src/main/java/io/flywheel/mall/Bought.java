package io.flywheel.mall;

import com.google.common.collect.Lists;
import java.util.Collections;

/** What a viewer has redeemed, item by item. Pure functions; not to be instantiated. */
final class Bought {
  private Bought() {}

  /** The record of an item; empty where there is none. */
  static BoughtRecord find(MallState state, String itemId) {
    int index = indexOf(state, itemId);
    return index < 0 ? BoughtRecord.getDefaultInstance() : state.getItems(index);
  }

  /** One more of an item. */
  static MallState plusOne(MallState state, String itemId, String stretch, long atMillis) {
    BoughtRecord known = find(state, itemId);
    int before = known.getStretch().equals(stretch) ? known.getCount() : 0;
    return with(
            state,
            BoughtRecord.newBuilder()
                .setItemId(itemId)
                .setStretch(stretch)
                .setCount(before + 1)
                .setLatestMs(Math.max(atMillis, known.getLatestMs()))
                .build())
        .setRedemptions(state.getRedemptions() + 1)
        .build();
  }

  /** One less of an item, where it still counts in the stretch of time. */
  static MallState minusOne(MallState state, String itemId, String stretch) {
    BoughtRecord known = find(state, itemId);
    return known.getStretch().equals(stretch) && known.getCount() > 0
        ? with(state, known.toBuilder().setCount(known.getCount() - 1).build()).build()
        : state;
  }

  private static MallState.Builder with(MallState state, BoughtRecord record) {
    int index = indexOf(state, record.getItemId());
    return index < 0
        ? state.toBuilder().addItems(-index - 1, record)
        : state.toBuilder().setItems(index, record);
  }

  /** As a binary search answers. */
  private static int indexOf(MallState state, String itemId) {
    return Collections.binarySearch(
        Lists.transform(state.getItemsList(), BoughtRecord::getItemId), itemId);
  }
}
