package io.flywheel.lottery;

import java.util.Comparator;

/** A prize of a merchant's lottery. */
record PrizeKey(String merchantId, String lotteryId, String prizeId)
    implements Comparable<PrizeKey> {
  private static final Comparator<PrizeKey> ORDER =
      Comparator.comparing(PrizeKey::merchantId)
          .thenComparing(PrizeKey::lotteryId)
          .thenComparing(PrizeKey::prizeId);

  @Override
  public int compareTo(PrizeKey other) {
    return ORDER.compare(this, other);
  }
}
