package io.flywheel.ticket;

import com.google.inject.Inject;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Price;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.TicketPrice;
import io.flywheel.v1.TicketReward;
import io.flywheel.v1.TicketsBooked;
import java.util.Set;

/** The rules of tickets: they are given, paid with, given back and taken back. Thread-safe. */
final class TicketReactor implements Reactor, PriceKeeper {
  private final TicketSlice slice;

  @Inject
  TicketReactor(TicketSlice slice) {
    this.slice = slice;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(RewardGiven.class, this::receive);
    reactions.onFact(RewardRevoked.class, this::revoke);
  }

  @Override
  public Set<Price.KindCase> kinds() {
    return Set.of(Price.KindCase.TICKET);
  }

  @Override
  public void charge(Turn turn, Price price, Cause cause) {
    TicketPrice ticket = price.getTicket();
    long has = Tickets.count(turn.get(slice), ticket.getLotteryId());
    if (has < count(ticket)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_INSUFFICIENT_TICKETS,
          "price.ticket: %d of %s (expected: at most %d, for the viewer has no more)"
              .formatted(count(ticket), ticket.getLotteryId(), has));
    }
    book(turn, ticket.getLotteryId(), -count(ticket), cause);
  }

  @Override
  public void refund(Turn turn, Price part, Cause cause) {
    book(turn, part.getTicket().getLotteryId(), count(part.getTicket()), cause);
  }

  private void receive(Turn turn, RewardGiven given) {
    if (given.getReward().hasTicket()) {
      TicketReward ticket = given.getReward().getTicket();
      book(turn, ticket.getLotteryId(), count(given.getReward()), given.getCause());
    }
  }

  /** Takes back what the viewer still has of it. */
  private void revoke(Turn turn, RewardRevoked revoked) {
    if (revoked.getPart().hasTicket()) {
      String lotteryId = revoked.getPart().getTicket().getLotteryId();
      long has = Tickets.count(turn.get(slice), lotteryId);
      book(turn, lotteryId, -Math.min(has, count(revoked.getPart())), revoked.getReason());
    }
  }

  private void book(Turn turn, String lotteryId, long change, Cause cause) {
    TicketState before = turn.get(slice);
    long had = Tickets.count(before, lotteryId);
    long has = Math.min(had + change, Tickets.MAX_TICKETS);
    if (has == had) {
      return;
    }
    turn.set(slice, Tickets.with(before, lotteryId, has));
    turn.emit(
        TicketsBooked.newBuilder()
            .setLotteryId(lotteryId)
            .setChange(has - had)
            .setBalance(has)
            .setCause(cause)
            .build());
  }

  private static long count(TicketPrice price) {
    return price.hasCount() ? price.getCount() : 1;
  }

  private static long count(Reward reward) {
    return reward.getTicket().hasCount() ? reward.getTicket().getCount() : 1;
  }
}
