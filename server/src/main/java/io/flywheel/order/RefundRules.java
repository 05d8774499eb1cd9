package io.flywheel.order;

import java.math.BigInteger;

/** How much of an order is refunded, and of what was given for it. Pure functions. */
final class RefundRules {
  private RefundRules() {}

  /** What all refunds have given back; never more than the order's amount. */
  static long refundedMinor(OrderStateOrBuilder order) {
    long sum = 0;
    for (RefundRecord refund : order.getRefundsList()) {
      sum += refund.getAmountMinor();
    }
    return Math.min(sum, order.getAmountMinor());
  }

  /** Whether nothing of the order is left; an order of nothing is refunded by any refund. */
  static boolean isInFull(OrderStateOrBuilder order) {
    return order.getRefundsCount() > 0 && refundedMinor(order) == order.getAmountMinor();
  }

  /**
   * How much of what was given is to be taken back in all, in proportion and rounded down. It rests
   * on the sum of the refunds alone, so it does not matter in which order they come.
   */
  static long toRevoke(OrderStateOrBuilder order, long given) {
    if (isInFull(order)) {
      return given;
    }
    return order.getRefundsCount() == 0
        ? 0
        : BigInteger.valueOf(given)
            .multiply(BigInteger.valueOf(refundedMinor(order)))
            .divide(BigInteger.valueOf(order.getAmountMinor()))
            .longValueExact();
  }
}
