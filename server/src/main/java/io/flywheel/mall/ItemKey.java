package io.flywheel.mall;

import java.util.Comparator;

/** An item of a merchant's mall. */
record ItemKey(String merchantId, String itemId) implements Comparable<ItemKey> {
  private static final Comparator<ItemKey> ORDER =
      Comparator.comparing(ItemKey::merchantId).thenComparing(ItemKey::itemId);

  @Override
  public int compareTo(ItemKey other) {
    return ORDER.compare(this, other);
  }
}
