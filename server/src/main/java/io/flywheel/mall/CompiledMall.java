package io.flywheel.mall;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.flywheel.engine.StateView;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.MallRules;

/**
 * A program's mall. Immutable and thread-safe.
 *
 * @param items in the program's order
 */
record CompiledMall(ImmutableList<CompiledItem> items, ImmutableMap<String, CompiledItem> byId) {
  static CompiledMall of(MallRules rules) {
    ImmutableList<CompiledItem> items =
        rules.getItemsList().stream()
            .map(CompiledItem::new)
            .collect(ImmutableList.toImmutableList());
    return new CompiledMall(
        items,
        items.stream()
            .collect(
                ImmutableMap.toImmutableMap(
                    item -> item.item().getId(), item -> item, (a, b) -> a)));
  }

  /** That of the program in force. */
  static CompiledMall of(StateView view) {
    return view.program().get(MallSection.class);
  }

  /** The item of an id; fails with ITEM_NOT_FOUND where there is none. */
  CompiledItem require(String id) {
    CompiledItem item = byId.get(id);
    if (item == null) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_ITEM_NOT_FOUND,
          "item_id: %s (expected: an item of the program's mall)".formatted(id));
    }
    return item;
  }
}
