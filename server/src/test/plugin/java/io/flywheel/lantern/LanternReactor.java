package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceListener;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.LanternLit;
import io.flywheel.v1.LanternState;
import io.flywheel.v1.LanternStock;
import io.flywheel.v1.Price;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import java.util.List;
import java.util.Set;

/** The rules of lanterns and wishes. */
final class LanternReactor implements Reactor, OccurrenceListener, PriceKeeper {
  private final LanternSlice viewers;
  private final StockSlice stock;

  @Inject
  LanternReactor(LanternSlice viewers, StockSlice stock) {
    this.viewers = viewers;
    this.stock = stock;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(
        RewardGiven.class, (turn, given) -> book(turn, given.getReward().getWish().getCount()));
    reactions.onFact(RewardRevoked.class, this::revoke);
  }

  @Override
  public void occurred(Turn turn, List<Occurrence> occurrences) {
    LanternSection.Compiled rules = turn.program().get(LanternSection.class);
    for (Occurrence occurrence : occurrences) {
      if (rules.isOn()
          && occurrence.trigger() == rules.counter().trigger()
          && rules.counter().matches(turn, occurrence)) {
        like(turn, rules, occurrence.times());
      }
    }
  }

  private void like(Turn turn, LanternSection.Compiled rules, long times) {
    LanternState before = turn.get(viewers);
    long likes = before.getLikes() + times;
    turn.set(viewers, before.toBuilder().setLikes(likes).build());
    boolean isEnough = before.getLikes() < rules.likes() && likes >= rules.likes();
    if (isEnough && turn.peek(stock, turn.viewer().merchantId()).getLit() < rules.stock()) {
      light(turn, rules);
    }
  }

  private void light(Turn turn, LanternSection.Compiled rules) {
    long lit = turn.get(stock, turn.viewer().merchantId()).getLit() + 1;
    if (lit <= rules.stock()) {
      turn.set(stock, turn.viewer().merchantId(), LanternStock.newBuilder().setLit(lit).build());
      turn.emit(LanternLit.newBuilder().setLeft(rules.stock() - lit).build());
      for (Reward reward : rules.rewards()) {
        Rewards.give(turn, reward, Cause.getDefaultInstance());
      }
    }
  }

  @Override
  public Set<Price.KindCase> kinds() {
    return Set.of(Price.KindCase.WISH);
  }

  @Override
  public void charge(Turn turn, Price price, Cause cause) {
    long has = turn.get(viewers).getWishes();
    if (has < price.getWish().getCount()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_INSUFFICIENT_WISHES, "the viewer has %d wishes".formatted(has));
    }
    book(turn, -price.getWish().getCount());
  }

  @Override
  public void refund(Turn turn, Price part, Cause cause) {
    book(turn, part.getWish().getCount());
  }

  private void revoke(Turn turn, RewardRevoked revoked) {
    long count = revoked.getPart().getWish().getCount();
    book(turn, -Math.min(count, turn.get(viewers).getWishes()));
  }

  private void book(Turn turn, long wishes) {
    if (wishes != 0) {
      LanternState before = turn.get(viewers);
      turn.set(viewers, before.toBuilder().setWishes(before.getWishes() + wishes).build());
    }
  }
}
