package io.flywheel.order;

import com.google.inject.Inject;
import io.flywheel.program.ProgramSection;
import io.flywheel.v1.Program;
import io.flywheel.v1.RefundPolicy;

/** What a program says of orders that are refunded. Thread-safe. */
final class OrderSection implements ProgramSection<RefundPolicy> {
  @Inject
  OrderSection() {}

  @Override
  public RefundPolicy compile(Program filled) {
    RefundPolicy policy = filled.getPoints().getRefundPolicy();
    return policy == RefundPolicy.REFUND_POLICY_UNSPECIFIED
        ? RefundPolicy.REFUND_POLICY_WITHIN_BALANCE
        : policy;
  }
}
