package io.flywheel.lottery;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** What rules need of viewers' draws. Thread-safe. */
final class LotteryStateSlice extends PackedSlice<LotteryState> {
  @Inject
  LotteryStateSlice() {
    super(
        "SELECT viewer_id, state FROM lottery_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO lottery_state (merchant_id, viewer_id, state) VALUES",
        LotteryState.getDefaultInstance());
  }

  /** The record of a lottery; empty where there is none. */
  static DrawnRecord find(LotteryState state, String lotteryId) {
    return state.getLotteriesList().stream()
        .filter(record -> record.getLotteryId().equals(lotteryId))
        .findFirst()
        .orElse(DrawnRecord.getDefaultInstance());
  }

  /** The state with another record of a lottery. */
  static LotteryState with(LotteryState state, DrawnRecord record) {
    LotteryState.Builder after = state.toBuilder().clearLotteries();
    boolean added = false;
    for (DrawnRecord known : state.getLotteriesList()) {
      int order = known.getLotteryId().compareTo(record.getLotteryId());
      if (order >= 0 && !added) {
        after.addLotteries(record);
        added = true;
      }
      if (order != 0) {
        after.addLotteries(known);
      }
    }
    return (added ? after : after.addLotteries(record)).build();
  }
}
