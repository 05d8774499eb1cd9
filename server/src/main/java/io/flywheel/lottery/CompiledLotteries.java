package io.flywheel.lottery;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.StateView;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;

/**
 * A program's lotteries. Immutable and thread-safe.
 *
 * @param all in the program's order
 */
record CompiledLotteries(ImmutableList<CompiledLottery> all) {
  /** Those of the program in force. */
  static CompiledLotteries of(StateView view) {
    return view.program().get(LotterySection.class);
  }

  /** Whether there is a lottery of an id. */
  boolean has(String id) {
    return all.stream().anyMatch(lottery -> lottery.id().equals(id));
  }

  /** The lottery of an id; fails with LOTTERY_NOT_FOUND where there is none. */
  CompiledLottery require(String id) {
    return all.stream()
        .filter(lottery -> lottery.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            ServiceException.of(
                ErrorReason.ERROR_REASON_LOTTERY_NOT_FOUND,
                "lottery_id: %s (expected: a lottery of the program)".formatted(id)));
  }
}
