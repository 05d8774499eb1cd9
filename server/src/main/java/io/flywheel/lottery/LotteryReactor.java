package io.flywheel.lottery;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.reward.Budgets;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Draw;
import io.flywheel.v1.DrawCause;
import io.flywheel.v1.DrawProof;
import io.flywheel.v1.DrawResponse;
import io.flywheel.v1.Drawn;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Lottery;
import io.flywheel.v1.LotteryPrize;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.PrizeWeight;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The rules of draws. Thread-safe. */
final class LotteryReactor implements Reactor {
  /**
   * A viewer draws.
   *
   * @param clientSeed what the viewer chose
   * @param expectedCommitment what the viewer was shown; empty: any
   * @param secret the merchant's, from which seeds are made
   */
  record DrawOnce(
      String lotteryId, String clientSeed, String expectedCommitment, ByteString secret) {}

  private final LotteryStateSlice states;
  private final LotteryGateSlice gates;
  private final PrizeSlice prizes;
  private final DrawAppender draws;

  @Inject
  LotteryReactor(
      LotteryStateSlice states, LotteryGateSlice gates, PrizeSlice prizes, DrawAppender draws) {
    this.states = states;
    this.gates = gates;
    this.prizes = prizes;
    this.draws = draws;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(DrawOnce.class, this::draw);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    CompiledProgram program = wanted.program();
    if (program != null
        && wanted.action().body() instanceof DrawOnce request
        // A row is created for whatever is wanted.
        && program.get(LotterySection.class).has(request.lotteryId())) {
      wanted.get(states);
      wanted.get(gates, LotteryGateSlice.Key.of(request.lotteryId(), wanted.action().viewer()));
    }
  }

  private void draw(Turn turn, DrawOnce request) {
    CompiledLottery compiled = CompiledLotteries.of(turn).require(request.lotteryId());
    Lottery lottery = compiled.lottery();
    LotteryState state = turn.get(states);
    DrawnRecord record = LotteryStateSlice.find(state, lottery.getId());
    requireOpen(turn, compiled);
    requireNotWithdrawn(turn, compiled);
    CountingWindow stretch = stretch(turn, lottery);
    int count = record.getStretch().equals(stretch.name()) ? record.getCount() : 0;
    requireWithinLimit(lottery, count, stretch);
    long number = record.getDraws() + 1;
    DrawProof proof = proof(turn, compiled, request, record, number);
    turn.emit(
        PriceCharged.newBuilder()
            .setPrice(lottery.getCost())
            .setCause(causeOf(lottery.getId(), Long.toString(number)))
            .build());
    boolean byPity = Proofs.isByPity(proof);
    String prizeId =
        byPity ? proof.getPityPrizeId() : Proofs.prizeOf(proof.getNumber(), proof.getWeightsList());
    DrawnRecord after =
        record.toBuilder()
            .setLotteryId(lottery.getId())
            .setDraws(number)
            .setMisses(prizeId.isEmpty() ? record.getMisses() + 1 : 0)
            .setStretch(stretch.name())
            .setCount(count + 1)
            .build();
    turn.set(states, LotteryStateSlice.with(state, after));
    Draw draw =
        Draw.newBuilder()
            .setDrawId(Long.toString(number))
            .setLotteryId(lottery.getId())
            .setViewerId(turn.viewer().viewerId())
            .setDrawnAt(Timestamps.fromMillis(turn.at().toEpochMilli()))
            .setCost(lottery.getCost())
            .setPrizeId(prizeId)
            .setByPity(byPity)
            .setProof(proof)
            .build();
    turn.append(draws, new DrawAppender.Row(turn.viewer(), number, draw));
    give(turn, compiled, draw, number);
    turn.respond(() ->
        DrawResponse.newBuilder()
            .setDraw(draw)
            .setNextCommitment(
                commitment(
                    request.secret().toByteArray(), turn.viewer(), lottery.getId(), number + 1))
            .addAllFacts(turn.facts())
            .build());
  }

  /** What is published of the viewer's next draw. */
  static String commitment(byte[] secret, ViewerKey viewer, String lotteryId, long number) {
    return FairNumber.commitment(Seeds.of(secret, viewer, lotteryId, number));
  }

  /** The stretch of time that a lottery's limit counts in now. */
  static CountingWindow stretch(StateView view, Lottery lottery) {
    return CountingWindow.stretch(
        view.program().calendar(), lottery.getLimit().getPer(), view.at());
  }

  private DrawProof proof(
      Turn turn, CompiledLottery compiled, DrawOnce request, DrawnRecord record, long number) {
    Lottery lottery = compiled.lottery();
    byte[] seed = Seeds.of(request.secret().toByteArray(), turn.viewer(), lottery.getId(), number);
    String commitment = FairNumber.commitment(seed);
    if (!request.expectedCommitment().isEmpty()
        && !request.expectedCommitment().equals(commitment)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_COMMITMENT_USED,
          "expected_commitment: that of another draw (expected: the one that GetLottery shows now)");
    }
    String drawId = Long.toString(number);
    return DrawProof.newBuilder()
        .setCommitment(commitment)
        .setServerSeed(HexFormat.of().formatHex(seed))
        .setClientSeed(request.clientSeed())
        .setDrawId(drawId)
        .addAllWeights(weights(turn, lottery))
        .setNumber(Proofs.number(seed, request.clientSeed(), drawId))
        .setMisses(record.getMisses())
        .setPityMisses(lottery.getPity().getMisses())
        .setPityPrizeId(lottery.getPity().getPrizeId())
        .setConfigurationHash(compiled.configurationHash())
        .build();
  }

  /** The odds as they are: those of prizes that can run out are looked at under their locks. */
  private List<PrizeWeight> weights(Turn turn, Lottery lottery) {
    Set<LotteryPrize> left = new HashSet<>();
    for (LotteryPrize prize : lottery.getPrizesList()) {
      if (!prize.hasStock() || turn.get(prizes, keyOf(turn, lottery, prize)) < prize.getStock()) {
        left.add(prize);
      }
    }
    List<PrizeWeight> weights = new ArrayList<>();
    for (LotteryPrize prize : lottery.getPrizesList()) {
      boolean canBeWon = left.contains(prize) && isBudgeted(turn, prize);
      weights.add(
          PrizeWeight.newBuilder()
              .setPrizeId(prize.getId())
              .setWeight(canBeWon ? prize.getOdds() : 0)
              .build());
    }
    return weights;
  }

  private static boolean isBudgeted(Turn turn, LotteryPrize prize) {
    return Budgets.of(turn)
            .affordable(turn, BudgetSource.BUDGET_SOURCE_DRAW, LotteryViews.costOf(prize), 1)
        == 1;
  }

  private void give(Turn turn, CompiledLottery compiled, Draw draw, long number) {
    Lottery lottery = compiled.lottery();
    turn.emit(
        Drawn.newBuilder()
            .setLotteryId(lottery.getId())
            .setDrawId(draw.getDrawId())
            .setPrizeId(draw.getPrizeId())
            .build());
    Cause cause = causeOf(lottery.getId(), Long.toString(number));
    if (draw.getPrizeId().isEmpty()) {
      lottery.getConsolationList().forEach(reward -> Rewards.give(turn, reward, cause));
      return;
    }
    LotteryPrize prize = compiled.prize(draw.getPrizeId());
    if (prize.hasStock()) {
      PrizeKey key = keyOf(turn, lottery, prize);
      turn.set(prizes, key, turn.get(prizes, key) + 1);
    }
    if (Budgets.of(turn).take(turn, BudgetSource.BUDGET_SOURCE_DRAW, LotteryViews.costOf(prize), 1)
        == 1) {
      prize.getRewardsList().forEach(reward -> Rewards.giveBudgeted(turn, reward, cause));
    } else {
      Rewards.withhold(turn, cause, 1); // by pity, which was promised before the budget was used up
    }
  }

  private static void requireOpen(Turn turn, CompiledLottery compiled) {
    long now = turn.at().toEpochMilli();
    if (now < compiled.startsAtMillis()) {
      Instant starts = Instant.ofEpochMilli(compiled.startsAtMillis());
      throw ServiceException.until(
          ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
          "lottery_id: %s (expected: a lottery that is on; possible at %s)"
              .formatted(compiled.id(), starts),
          starts);
    }
    if (now >= compiled.endsAtMillis()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
          "lottery_id: %s (expected: a lottery that is on; it has ended)".formatted(compiled.id()));
    }
    if (!compiled.isFor(turn::profileNow)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NOT_ELIGIBLE,
          "lottery_id: %s (expected: a lottery that is for the viewer)".formatted(compiled.id()));
    }
  }

  /** Under the lock of the viewer's part, so that a withdrawal finds the draw or stops it. */
  private void requireNotWithdrawn(Turn turn, CompiledLottery compiled) {
    LotteryGate gate = turn.get(gates, LotteryGateSlice.Key.of(compiled.id(), turn.viewer()));
    if (gate.getWithdrawnMs() > 0) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
          "lottery_id: %s (expected: a lottery that is on; it was withdrawn, and what draws cost comes back)"
              .formatted(compiled.id()));
    }
  }

  private static void requireWithinLimit(Lottery lottery, int count, CountingWindow stretch) {
    if (lottery.hasLimit() && count >= lottery.getLimit().getCount()) {
      throw ServiceException.until(
          ErrorReason.ERROR_REASON_DRAW_LIMIT_REACHED,
          "lottery_id: %s (expected: at most %d draws)"
              .formatted(lottery.getId(), lottery.getLimit().getCount()),
          stretch.endsMillis() == 0 ? null : Instant.ofEpochMilli(stretch.endsMillis()));
    }
  }

  private static PrizeKey keyOf(Turn turn, Lottery lottery, LotteryPrize prize) {
    return new PrizeKey(turn.viewer().merchantId(), lottery.getId(), prize.getId());
  }

  /** What a draw's charge, its rewards and its refund are for. */
  static Cause causeOf(String lotteryId, String drawId) {
    return Cause.newBuilder()
        .setDraw(DrawCause.newBuilder().setLotteryId(lotteryId).setDrawId(drawId))
        .build();
  }
}
