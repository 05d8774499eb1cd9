package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsCause;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Price;
import io.flywheel.v1.RewardGiven;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The rules of points: they are earned, mature, lapse, and are corrected. */
final class PointsReactor implements Reactor, PriceKeeper {
  /** The most points that a viewer can have, pending ones included; far below what a sum holds. */
  static final long MOST_POINTS = 1_000_000_000_000_000L;

  private final PointsSlice slice;
  private final LedgerAppender appender;

  @Inject
  PointsReactor(PointsSlice slice, LedgerAppender appender) {
    this.slice = slice;
    this.appender = appender;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(RewardGiven.class, this::earn);
    reactions.on(PointsMature.class, this::mature);
    reactions.on(PointsExpire.class, this::expire);
    reactions.on(Adjustment.class, this::adjust);
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> prefetch(Object body) {
    return body instanceof Event ? List.of() : List.of(slice); // few events earn points
  }

  private void earn(Turn turn, RewardGiven given) {
    if (!given.getReward().hasPoints()) {
      return;
    }
    PointsReward reward = given.getReward().getPoints();
    Cause cause = given.getCause();
    long pendingMillis = Durations.toMillis(reward.getPending());
    long expiresAfterMillis = Durations.toMillis(reward.getExpiresAfter());
    PointsState.Builder state = turn.get(slice).toBuilder();
    requireRoom(state, reward.getAmount());
    if (pendingMillis == 0) {
      makeSpendable(
          turn,
          state,
          PointsEntryKind.POINTS_ENTRY_KIND_EARNED,
          reward.getAmount(),
          expiresAfterMillis,
          cause);
    } else {
      book(
          turn, state, PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING, reward.getAmount(), cause);
      turn.followUp(
          turn.viewer().viewerId(),
          turn.at().plusMillis(pendingMillis),
          PointsMature.newBuilder()
              .setEntryNumber(state.getEntries())
              .setAmount(reward.getAmount())
              .setExpiresAfterMs(expiresAfterMillis)
              .build());
    }
  }

  @Override
  public Set<Price.KindCase> kinds() {
    return Set.of(Price.KindCase.POINTS);
  }

  @Override
  public void charge(Turn turn, Price price, Cause cause) {
    PointsState.Builder state = turn.get(slice).toBuilder();
    long amount = price.getPoints().getAmount();
    requirePoints(state, amount);
    Lots.take(state, amount);
    book(turn, state, PointsEntryKind.POINTS_ENTRY_KIND_SPENT, amount, cause);
  }

  @Override
  public void refund(Turn turn, Price part, Cause cause) {
    book(
        turn,
        turn.get(slice).toBuilder(),
        PointsEntryKind.POINTS_ENTRY_KIND_REFUNDED,
        part.getPoints().getAmount(),
        cause);
  }

  private void mature(Turn turn, PointsMature due) {
    makeSpendable(
        turn,
        turn.get(slice).toBuilder(),
        PointsEntryKind.POINTS_ENTRY_KIND_MATURED,
        due.getAmount(),
        due.getExpiresAfterMs(),
        cameDue(due.getEntryNumber()));
  }

  private void expire(Turn turn, PointsExpire due) {
    PointsState.Builder state = turn.get(slice).toBuilder();
    long left = Lots.remove(state, due.getEntryNumber());
    if (left > 0) {
      book(
          turn,
          state,
          PointsEntryKind.POINTS_ENTRY_KIND_EXPIRED,
          left,
          cameDue(due.getEntryNumber()));
    }
  }

  private void adjust(Turn turn, Adjustment adjustment) {
    Cause cause = Cause.newBuilder().setAdjustment(adjustment.cause()).build();
    PointsState.Builder state = turn.get(slice).toBuilder();
    long amount = adjustment.amount();
    if (amount > 0) {
      requireRoom(state, amount);
      book(turn, state, PointsEntryKind.POINTS_ENTRY_KIND_ADJUSTED_UP, amount, cause);
    } else {
      requirePoints(state, -amount);
      Lots.take(state, -amount);
      book(turn, state, PointsEntryKind.POINTS_ENTRY_KIND_ADJUSTED_DOWN, -amount, cause);
    }
    turn.respond(() ->
        AdjustPointsResponse.newBuilder()
            .setBalance(turn.get(slice).getBalance())
            .addAllFacts(turn.facts())
            .build());
  }

  /** Books points that can be spent from now on, and sees to it that they lapse in time. */
  private void makeSpendable(
      Turn turn,
      PointsState.Builder state,
      PointsEntryKind kind,
      long amount,
      long expiresAfterMillis,
      Cause cause) {
    if (expiresAfterMillis > 0) {
      long entryNumber = state.getEntries() + 1;
      long expiresMillis = turn.at().toEpochMilli() + expiresAfterMillis;
      Lots.add(
          state,
          Lot.newBuilder()
              .setExpiresMs(expiresMillis)
              .setLeft(amount)
              .setEntryNumber(entryNumber)
              .build());
      turn.followUp(
          turn.viewer().viewerId(),
          Instant.ofEpochMilli(expiresMillis),
          PointsExpire.newBuilder().setEntryNumber(entryNumber).build());
    }
    book(turn, state, kind, amount, cause);
  }

  /** Adds an entry, and makes it and everything else that was done to the state the turn's. */
  private void book(
      Turn turn, PointsState.Builder state, PointsEntryKind kind, long amount, Cause cause) {
    state
        .setEntries(state.getEntries() + 1)
        .setBalance(state.getBalance() + LedgerAccount.VIEWER.change(kind, amount))
        .setPending(state.getPending() + LedgerAccount.PENDING.change(kind, amount));
    if (amount < 1 || state.getBalance() < 0 || state.getPending() < 0) {
      throw new IllegalStateException(
          "%s of %d would leave %d and %d pending"
              .formatted(kind, amount, state.getBalance(), state.getPending()));
    }
    turn.set(slice, state.build());
    turn.append(
        appender,
        new LedgerEntry(
            turn.viewer(),
            PointsEntry.newBuilder()
                .setEntryNumber(state.getEntries())
                .setKind(kind)
                .setAmount(amount)
                .setBalance(state.getBalance())
                .setPending(state.getPending())
                .setCause(cause)
                .setOccurredAt(Timestamps.fromMillis(turn.at().toEpochMilli()))
                .build()));
    turn.emit(
        PointsBooked.newBuilder()
            .setEntryNumber(state.getEntries())
            .setKind(kind)
            .setAmount(amount)
            .setBalance(state.getBalance())
            .setPending(state.getPending())
            .setCause(cause)
            .build());
  }

  private static void requireRoom(PointsStateOrBuilder state, long amount) {
    long room = MOST_POINTS - state.getBalance() - state.getPending();
    if (amount > room) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_POINTS_LIMIT_REACHED,
          "amount: %d (expected: at most %d, which makes %d points, the most that a viewer can have)"
              .formatted(amount, room, MOST_POINTS));
    }
  }

  private static void requirePoints(PointsStateOrBuilder state, long amount) {
    if (amount > state.getBalance()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS,
          "amount: -%d (expected: at least %d, for the viewer can spend %d)"
              .formatted(amount, -state.getBalance(), state.getBalance()));
    }
  }

  private static Cause cameDue(long entryNumber) {
    return Cause.newBuilder()
        .setPoints(PointsCause.newBuilder().setEntryNumber(entryNumber))
        .build();
  }
}
