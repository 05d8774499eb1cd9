package io.flywheel.checkin;

import com.google.common.primitives.Ints;
import com.google.inject.Inject;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Price;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import java.util.Set;

/**
 * Takes make-up cards and freezes that viewers pay with, gives them back, also where a viewer then
 * holds more freezes than the program gives, and takes back what a viewer still holds of those that
 * were given for something that did not last. Thread-safe.
 */
final class CardKeeper implements PriceKeeper, Reactor {
  private final CheckInSlice slice;

  @Inject
  CardKeeper(CheckInSlice slice) {
    this.slice = slice;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(RewardRevoked.class, this::revoke);
  }

  @Override
  public Set<Price.KindCase> kinds() {
    return Set.of(Price.KindCase.MAKE_UP_CARD, Price.KindCase.FREEZE);
  }

  @Override
  public void charge(Turn turn, Price price, Cause cause) {
    CheckInState state = turn.get(slice);
    if (price.getMakeUpCard().getCount() > state.getMakeUpCards()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NO_MAKE_UP_CARD,
          "price.make_up_card: %d (expected: at most %d, for the viewer holds no more)"
              .formatted(price.getMakeUpCard().getCount(), state.getMakeUpCards()));
    }
    if (price.getFreeze().getCount() > state.getFreezes()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_INSUFFICIENT_FREEZES,
          "price.freeze: %d (expected: at most %d, for the viewer holds no more)"
              .formatted(price.getFreeze().getCount(), state.getFreezes()));
    }
    change(turn, -price.getMakeUpCard().getCount(), -price.getFreeze().getCount());
  }

  @Override
  public void refund(Turn turn, Price part, Cause cause) {
    change(turn, part.getMakeUpCard().getCount(), part.getFreeze().getCount());
  }

  private void revoke(Turn turn, RewardRevoked revoked) {
    Reward part = revoked.getPart();
    if (part.hasMakeUpCard() || part.hasFreeze()) {
      change(turn, -part.getMakeUpCard().getCount(), -part.getFreeze().getCount());
    }
  }

  /** Changes what the viewer holds, of which nothing goes below zero. */
  private void change(Turn turn, long makeUpCards, long freezes) {
    CheckInState state = turn.get(slice);
    turn.set(
        slice,
        state.toBuilder()
            .setMakeUpCards(Ints.saturatedCast(Math.max(0, state.getMakeUpCards() + makeUpCards)))
            .setFreezes(Ints.saturatedCast(Math.max(0, state.getFreezes() + freezes)))
            .build());
  }
}
