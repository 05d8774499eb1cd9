package io.flywheel.lottery;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Draw;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.LotteryWithdrawal;
import io.flywheel.v1.StakesRefunded;
import io.flywheel.v1.WithdrawLotteryResponse;
import jakarta.inject.Inject;
import java.util.List;

/**
 * The rules of lotteries that are withdrawn: the merchant closes the gate and looks for everyone
 * who drew, page by page; each of them is given back what their draws cost. How far a viewer's
 * draws are refunded stands in the viewer's own state, so that none is refunded twice. Thread-safe.
 */
final class WithdrawalReactor implements Reactor {
  /** The merchant withdraws a lottery. */
  record Withdraw(String lotteryId, String reason) {}

  private final LotteryGateSlice gates;
  private final LotteryStateSlice states;
  private final StakersSlice stakers;
  private final StakesSlice stakes;

  @Inject
  WithdrawalReactor(
      LotteryGateSlice gates, LotteryStateSlice states, StakersSlice stakers, StakesSlice stakes) {
    this.gates = gates;
    this.states = states;
    this.stakers = stakers;
    this.stakes = stakes;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Withdraw.class, this::withdraw);
    reactions.on(StakesSearch.class, this::search);
    reactions.on(StakesReturn.class, this::giveBack);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof StakesReturn) {
      wanted.get(states);
    }
  }

  /** What is told of a lottery's withdrawal. */
  static LotteryWithdrawal told(LotteryGate gate) {
    return LotteryWithdrawal.newBuilder()
        .setWithdrawnAt(Timestamps.fromMillis(gate.getWithdrawnMs()))
        .setReason(gate.getReason())
        .build();
  }

  private void withdraw(Turn turn, Withdraw request) {
    String lotteryId = CompiledLotteries.of(turn).require(request.lotteryId()).id();
    LotteryGate closed =
        LotteryGate.newBuilder()
            .setWithdrawnMs(turn.at().toEpochMilli())
            .setReason(request.reason())
            .build();
    for (int part = 0; part < LotteryGateSlice.PARTS; part++) {
      LotteryGateSlice.Key key =
          new LotteryGateSlice.Key(turn.viewer().merchantId(), lotteryId, part);
      if (turn.get(gates, key).getWithdrawnMs() > 0) {
        throw ServiceException.of(
            ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
            "lottery_id: %s was withdrawn (expected: one that was not)".formatted(lotteryId));
      }
      turn.set(gates, key, closed);
    }
    // What was drawn before is committed by then, and nothing more comes.
    turn.followUpNow(turn.viewer(), StakesSearch.newBuilder().setLotteryId(lotteryId).build());
    turn.respond(() -> WithdrawLotteryResponse.newBuilder().setWithdrawal(told(closed)).build());
  }

  private void search(Turn turn, StakesSearch search) {
    String merchantId = turn.viewer().merchantId();
    List<String> page =
        turn.peek(
            stakers,
            new StakersSlice.Key(merchantId, search.getLotteryId(), search.getAfterViewerId()));
    for (String viewerId : page) {
      turn.followUpNow(
          new ViewerKey(merchantId, viewerId),
          StakesReturn.newBuilder().setLotteryId(search.getLotteryId()).build());
    }
    if (page.size() == StakersSlice.PAGE) {
      turn.followUpNow(turn.viewer(), search.toBuilder().setAfterViewerId(page.getLast()).build());
    }
  }

  private void giveBack(Turn turn, StakesReturn due) {
    LotteryState state = turn.get(states);
    DrawnRecord record = LotteryStateSlice.find(state, due.getLotteryId());
    List<Draw> page =
        turn.peek(
            stakes, new StakesSlice.Key(turn.viewer(), due.getLotteryId(), record.getRefunded()));
    if (page.isEmpty()) {
      return;
    }
    long last = Long.parseLong(page.getLast().getDrawId());
    turn.set(states, LotteryStateSlice.with(state, record.toBuilder().setRefunded(last).build()));
    for (Draw draw : page) {
      Rewards.refund(
          turn, draw.getCost(), LotteryReactor.causeOf(draw.getLotteryId(), draw.getDrawId()));
    }
    turn.emit(
        StakesRefunded.newBuilder()
            .setLotteryId(due.getLotteryId())
            .setDraws(page.size())
            .setReason(gates.peek(turn, due.getLotteryId()).getReason())
            .build());
    if (last < record.getDraws()) {
      turn.followUpNow(turn.viewer(), due);
    }
  }
}
