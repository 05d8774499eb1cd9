package io.flywheel.lottery;

import io.flywheel.engine.StateView;
import io.flywheel.reward.Budgets;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.Lottery;
import io.flywheel.v1.LotteryPrize;
import io.flywheel.v1.LotteryView;
import io.flywheel.v1.PrizeView;
import jakarta.inject.Inject;
import java.util.List;

/** Lotteries as they are for a viewer. Thread-safe. */
final class LotteryViews {
  private final LotteryStateSlice states;
  private final LotteryGateSlice gates;
  private final PrizeSlice prizes;

  @Inject
  LotteryViews(LotteryStateSlice states, LotteryGateSlice gates, PrizeSlice prizes) {
    this.states = states;
    this.gates = gates;
    this.prizes = prizes;
  }

  List<LotteryView> all(StateView view, byte[] secret) {
    return CompiledLotteries.of(view).all().stream()
        .map(lottery -> of(view, lottery, secret))
        .toList();
  }

  /** One lottery; fails with LOTTERY_NOT_FOUND where there is none. */
  LotteryView one(StateView view, String lotteryId, byte[] secret) {
    return of(view, CompiledLotteries.of(view).require(lotteryId), secret);
  }

  private LotteryView of(StateView view, CompiledLottery compiled, byte[] secret) {
    Lottery lottery = compiled.lottery();
    DrawnRecord record = LotteryStateSlice.find(view.get(states), lottery.getId());
    long next = record.getDraws() + 1;
    LotteryView.Builder shown =
        LotteryView.newBuilder()
            .setLottery(lottery)
            .setMisses(record.getMisses())
            .setNextDrawId(Long.toString(next))
            .setCommitment(LotteryReactor.commitment(secret, view.viewer(), lottery.getId(), next))
            .setConfigurationHash(compiled.configurationHash());
    LotteryGate gate = gates.peek(view, lottery.getId());
    if (gate.getWithdrawnMs() > 0) {
      shown.setWithdrawal(WithdrawalReactor.told(gate));
    }
    List<PrizeView> now =
        lottery.getPrizesList().stream().map(prize -> of(view, lottery, prize)).toList();
    int sum = now.stream().mapToInt(PrizeView::getOdds).sum();
    shown.addAllPrizes(lottery.hasPity() ? LongRun.withPity(now, lottery.getPity()) : now);
    if (lottery.hasLimit()) {
      String stretch = LotteryReactor.stretch(view, lottery).name();
      int used = record.getStretch().equals(stretch) ? record.getCount() : 0;
      shown.setAllowed(Math.max(0, lottery.getLimit().getCount() - used));
    }
    return shown.setNothingOdds(Proofs.WHOLE - sum).build();
  }

  /** What a prize takes of budgets: what it is worth was published. */
  static Budgets.Cost costOf(LotteryPrize prize) {
    return Budgets.Cost.ofPrize(prize.getRewardsList(), prize.getValueMinor());
  }

  private PrizeView of(StateView view, Lottery lottery, LotteryPrize prize) {
    PrizeView.Builder now =
        PrizeView.newBuilder().setPrizeId(prize.getId()).setOdds(prize.getOdds());
    if (prize.hasStock()) {
      PrizeKey key = new PrizeKey(view.viewer().merchantId(), lottery.getId(), prize.getId());
      long left = Math.max(0, prize.getStock() - view.peek(prizes, key));
      now.setLeft(left).setOdds(left == 0 ? 0 : prize.getOdds());
    }
    if (Budgets.of(view).seemsAffordable(view, BudgetSource.BUDGET_SOURCE_DRAW, costOf(prize), 1)
        < 1) {
      now.setOdds(0);
    }
    return now.setOddsWithPity(now.getOdds()).build();
  }
}
