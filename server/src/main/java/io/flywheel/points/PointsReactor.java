package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import io.flywheel.engine.Dated;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CommitHoldResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.HoldPointsResponse;
import io.flywheel.v1.OrderCompleted;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Price;
import io.flywheel.v1.ReleaseHoldResponse;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/** The rules of points: what is done to viewers' accounts, and when something falls due there. */
final class PointsReactor implements Reactor, PriceKeeper {
  private static final String TIMER = "points";

  private final PointsSlice slice;
  private final ChargeSlice charges;
  private final LedgerAppender appender;

  @Inject
  PointsReactor(PointsSlice slice, ChargeSlice charges, LedgerAppender appender) {
    this.slice = slice;
    this.charges = charges;
    this.appender = appender;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(RewardGiven.class, this::earn);
    reactions.onFact(RewardRevoked.class, this::revoke);
    reactions.onFact(OrderCompleted.class, this::complete);
    reactions.on(PointsDue.class, this::settle);
    reactions.on(PointsMature.class, this::mature);
    reactions.on(PointsExpire.class, (turn, due) -> act(turn, account -> {}));
    reactions.on(Adjustment.class, this::adjust);
    reactions.on(HoldRequest.Place.class, this::hold);
    reactions.on(HoldRequest.Commit.class, this::commit);
    reactions.on(HoldRequest.Release.class, this::release);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (!(wanted.action().body() instanceof Event)) { // few events earn points
      wanted.get(slice);
    }
    if (wanted.action().body() instanceof HoldRequest.Place request) {
      wanted.get(charges, ChargeSlice.Key.of(wanted.action().viewer(), causeOf(request)));
    }
  }

  @Override
  public Set<Price.KindCase> kinds() {
    return Set.of(Price.KindCase.POINTS);
  }

  @Override
  public void charge(Turn turn, Price price, Cause cause) {
    act(
        turn,
        account -> remember(turn, cause, account.charge(price.getPoints().getAmount(), cause)));
  }

  @Override
  public void refund(Turn turn, Price part, Cause cause) {
    ChargeSlice.Key key = ChargeSlice.Key.of(turn.viewer(), cause);
    Dated<ChargeState> charge = turn.get(charges, key);
    act(
        turn,
        account -> {
          ChargeState after = account.refund(charge.state(), part.getPoints().getAmount(), cause);
          if (after.getAmount() > 0) {
            turn.set(charges, key, charge.with(after, turn.at()));
          }
        });
  }

  private void earn(Turn turn, RewardGiven given) {
    if (given.getReward().hasPoints()) {
      PointsReward points = given.getReward().getPoints();
      act(
          turn,
          account -> {
            if (points.hasUntilCompleted()) {
              account.earnUntilCompleted(points, given.getCause());
            } else {
              account.earn(
                  points.getAmount(),
                  Durations.toMillis(points.getPending()),
                  Durations.toMillis(points.getExpiresAfter()),
                  given.getCause());
            }
          });
    }
  }

  /** Whoever waits for nothing has nothing written. */
  private void complete(Turn turn, OrderCompleted completed) {
    if (turn.get(slice).getPendingLotsCount() > 0) {
      act(turn, account -> account.complete(completed.getOrderId()));
    }
  }

  private void revoke(Turn turn, RewardRevoked revoked) {
    if (revoked.getPart().hasPoints()) {
      act(
          turn,
          account ->
              account.revoke(
                  revoked.getPart().getPoints().getAmount(),
                  revoked.getNumber(),
                  revoked.getPolicy(),
                  revoked.getReason()));
    }
  }

  private void adjust(Turn turn, Adjustment adjustment) {
    Cause cause = Cause.newBuilder().setAdjustment(adjustment.cause()).build();
    act(turn, account -> account.adjust(adjustment.amount(), cause));
    turn.respond(() ->
        AdjustPointsResponse.newBuilder()
            .setBalance(turn.get(slice).getBalance())
            .addAllFacts(turn.facts())
            .build());
  }

  private void hold(Turn turn, HoldRequest.Place request) {
    if (turn.get(charges, ChargeSlice.Key.of(turn.viewer(), causeOf(request))).state().getAmount()
        > 0) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_HOLD_EXISTS,
          "hold_id: \"%s\" (expected: a new id, for this hold has paid)"
              .formatted(request.holdId()));
    }
    act(
        turn,
        account ->
            account.hold(
                request.holdId(),
                request.amount(),
                turn.at().plus(request.lapsesAfter()).toEpochMilli(),
                request.reason()));
    turn.respond(() ->
        HoldPointsResponse.newBuilder()
            .setBalance(turn.get(slice).getBalance())
            .addAllFacts(turn.facts())
            .build());
  }

  private static Cause causeOf(HoldRequest.Place request) {
    return Account.cause(Hold.newBuilder().setHoldId(request.holdId()).setReason(request.reason()));
  }

  private void commit(Turn turn, HoldRequest.Commit request) {
    act(
        turn,
        account -> {
          Account.Committed committed = account.commit(request.holdId(), request.amount());
          remember(turn, committed.cause(), committed.charge());
        });
    turn.respond(() ->
        CommitHoldResponse.newBuilder()
            .setBalance(turn.get(slice).getBalance())
            .addAllFacts(turn.facts())
            .build());
  }

  private void release(Turn turn, HoldRequest.Release request) {
    act(turn, account -> account.release(request.holdId()));
    turn.respond(() ->
        ReleaseHoldResponse.newBuilder()
            .setBalance(turn.get(slice).getBalance())
            .addAllFacts(turn.facts())
            .build());
  }

  private void settle(Turn turn, PointsDue due) {
    PointsState state = turn.get(slice);
    if (state.getWakesMs() == due.getDueMs()) {
      turn.set(slice, state.toBuilder().clearWakesMs().build());
    }
    act(turn, account -> {});
  }

  private void mature(Turn turn, PointsMature left) {
    act(
        turn,
        account -> {
          account.takeUpPending(left);
          account.settle();
        });
  }

  /** Keeps what a charge took until it is refunded. */
  private void remember(Turn turn, Cause cause, ChargeState charge) {
    ChargeSlice.Key key = ChargeSlice.Key.of(turn.viewer(), cause);
    Dated<ChargeState> before = turn.get(charges, key);
    if (before.state().getAmount() > 0) {
      throw new IllegalStateException("two charges for " + cause);
    }
    turn.set(charges, key, before.with(charge, turn.at()));
  }

  /**
   * Does something to the viewer's account, once what has fallen due there is booked. Events are
   * told late or, by clocks that go fast, early: they let nothing fall due.
   */
  private void act(Turn turn, Consumer<Account> deed) {
    PointsState before = turn.get(slice);
    Account account = new Account(before, turn.at().toEpochMilli());
    if (!(turn.action().body() instanceof Event)) {
      account.settle();
    }
    deed.accept(account);
    PointsState after = wake(turn, account);
    if (!after.equals(before)) {
      turn.set(slice, after);
    }
    for (PointsEntry entry : account.entries()) {
      turn.append(appender, new LedgerEntry(turn.viewer(), entry));
      turn.emit(booked(entry));
    }
    account.notices().forEach(turn::emit);
  }

  /**
   * Sees to it that what falls due next is settled in time. A timer that is set for an earlier time
   * stays, and is set anew when it has run: most of what is spent would have lapsed first, and need
   * not write a row for it.
   */
  private static PointsState wake(Turn turn, Account account) {
    PointsState state = account.state();
    long dueMillis = account.nextDueMillis();
    if (dueMillis == 0 || (state.getWakesMs() > 0 && state.getWakesMs() <= dueMillis)) {
      return state;
    }
    turn.timer(
        TIMER, Instant.ofEpochMilli(dueMillis), PointsDue.newBuilder().setDueMs(dueMillis).build());
    return state.toBuilder().setWakesMs(dueMillis).build();
  }

  private static PointsBooked booked(PointsEntry entry) {
    return PointsBooked.newBuilder()
        .setEntryNumber(entry.getEntryNumber())
        .setKind(entry.getKind())
        .setAmount(entry.getAmount())
        .setBalance(entry.getBalance())
        .setPending(entry.getPending())
        .setHeld(entry.getHeld())
        .setDebt(entry.getDebt())
        .setCause(entry.getCause())
        .build();
  }
}
