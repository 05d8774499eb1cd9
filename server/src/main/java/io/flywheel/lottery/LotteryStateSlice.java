package io.flywheel.lottery;

import com.google.common.collect.Lists;
import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;
import java.util.Collections;

/** What rules need of viewers' draws. Thread-safe. */
final class LotteryStateSlice extends PackedSlice<LotteryState> {
  @Inject
  LotteryStateSlice() {
    super("lottery_state", LotteryState.getDefaultInstance());
  }

  /** The record of a lottery; empty where there is none. */
  static DrawnRecord find(LotteryState state, String lotteryId) {
    int index = indexOf(state, lotteryId);
    return index < 0 ? DrawnRecord.getDefaultInstance() : state.getLotteries(index);
  }

  /** The state with another record of a lottery. */
  static LotteryState with(LotteryState state, DrawnRecord record) {
    int index = indexOf(state, record.getLotteryId());
    return index < 0
        ? state.toBuilder().addLotteries(-index - 1, record).build()
        : state.toBuilder().setLotteries(index, record).build();
  }

  /** As a binary search answers. */
  private static int indexOf(LotteryState state, String lotteryId) {
    return Collections.binarySearch(
        Lists.transform(state.getLotteriesList(), DrawnRecord::getLotteryId), lotteryId);
  }
}
