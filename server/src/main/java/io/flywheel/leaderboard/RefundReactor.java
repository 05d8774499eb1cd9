package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableSet;
import io.flywheel.counting.Occurrence;
import io.flywheel.engine.Dated;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Event;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.util.function.ToLongFunction;

/**
 * Takes from scores what refunded orders have added to them: in proportion to what was refunded of
 * an order that was counted, and to what was really taken back of points that were earned for it.
 * It rests on sums alone, so it does not matter in which order refunds come; one that is told
 * before its order is told again with it. Thread-safe.
 */
final class RefundReactor implements Reactor {
  /** The most that is remembered of an order, far beyond what programs give for one. */
  static final int MAX_SHARES = 1_000;

  /** No ledger entry: the order itself was counted. */
  private static final long ORDER = 0;

  /** How points that were earned go again: what a viewer has spent already is owed. */
  private static final ImmutableSet<PointsEntryKind> TAKEN_BACK =
      ImmutableSet.of(
          PointsEntryKind.POINTS_ENTRY_KIND_REVOKED,
          PointsEntryKind.POINTS_ENTRY_KIND_REVOKED_PENDING,
          PointsEntryKind.POINTS_ENTRY_KIND_DEBT_INCURRED);

  private final OrderScoreSlice orders;
  private final ScoreSlice scores;
  private final PeriodSlice periods;

  @Inject
  RefundReactor(OrderScoreSlice orders, ScoreSlice scores, PeriodSlice periods) {
    this.orders = orders;
    this.scores = scores;
    this.periods = periods;
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.program() != null && wanted.action().body() instanceof Event event) {
      String orderId = event.getOrdered().getOrderId() + event.getRefunded().getOrderId();
      if (!orderId.isEmpty() && CompiledBoards.of(wanted.program()).countOrders()) {
        wanted.get(orders, new OrderScoreSlice.Key(wanted.action().viewer(), orderId));
      }
    }
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(
        OrderRefunded.class,
        (turn, refunded) ->
            lower(turn, refunded.getOrderId(), ORDER, share -> refunded.getRefundedMinor()));
    reactions.onFact(PointsBooked.class, this::booked);
  }

  /**
   * Notes what an occurrence added to a score of the turn's viewer, if an order is behind it: the
   * order itself, or points that were earned for it. What else an order leads to, such as a task
   * that is completed, is not undone by its refund.
   */
  void note(Turn turn, Occurrence occurrence, BoardKey board, long added) {
    OrderShare.Builder share =
        OrderShare.newBuilder()
            .setBoardId(board.boardId())
            .setRoomId(board.roomId())
            .setPeriod(board.period())
            .setAdded(added);
    if (occurrence.event() != null && occurrence.event().hasOrdered()) {
      note(
          turn,
          occurrence.event().getOrdered().getOrderId(),
          share.setWhole(occurrence.event().getOrdered().getAmountMinor()));
    } else if (occurrence.fact() != null && occurrence.fact().hasPointsBooked()) {
      PointsBooked booked = occurrence.fact().getPointsBooked();
      note(
          turn,
          booked.getCause().getOrderId(),
          share.setEntryNumber(booked.getEntryNumber()).setWhole(booked.getAmount()));
    }
  }

  private void note(Turn turn, String orderId, OrderShare.Builder share) {
    if (orderId.isEmpty()) {
      return;
    }
    OrderScoreSlice.Key key = new OrderScoreSlice.Key(turn.viewer(), orderId);
    Dated<OrderScores> known = turn.get(orders, key);
    if (known.state().getSharesCount() < MAX_SHARES) {
      OrderScores after = known.state().toBuilder().addShares(share).build();
      turn.set(orders, key, known.with(after, turn.at()));
    }
  }

  /** Points that were taken back, or have lapsed while they waited for their order. */
  private void booked(Turn turn, PointsBooked booked) {
    Cause cause = booked.getCause();
    long entryNumber =
        cause.hasPoints() ? cause.getPoints().getEntryNumber() : cause.getRefund().getEntryNumber();
    if (TAKEN_BACK.contains(booked.getKind()) && entryNumber != ORDER) {
      lower(turn, cause.getOrderId(), entryNumber, share -> share.getBack() + booked.getAmount());
    }
  }

  /**
   * Lowers the scores to which an order, or an entry of points for it, has added.
   *
   * @param back how much of a share's whole was refunded or taken back by now
   */
  private void lower(
      Turn turn, String orderId, long entryNumber, ToLongFunction<OrderShare.Builder> back) {
    if (orderId.isEmpty()) {
      return;
    }
    OrderScoreSlice.Key key = new OrderScoreSlice.Key(turn.viewer(), orderId);
    Dated<OrderScores> known = turn.get(orders, key);
    OrderScores.Builder after = known.state().toBuilder();
    for (OrderShare.Builder share : after.getSharesBuilderList()) {
      if (share.getEntryNumber() == entryNumber) {
        share.setBack(back.applyAsLong(share));
        long less = toLower(share) - share.getLowered();
        if (less > 0) {
          share.setLowered(share.getLowered() + less);
          lower(turn, boardOf(turn.viewer(), share), less);
        }
      }
    }
    OrderScores scores = after.build();
    if (!scores.equals(known.state())) {
      turn.set(orders, key, known.with(scores, turn.at()));
    }
  }

  /** How much a share lowers the score in all, in proportion and rounded down. */
  static long toLower(OrderShareOrBuilder share) {
    if (share.getBack() >= share.getWhole()) {
      return share.getAdded();
    }
    return BigInteger.valueOf(share.getAdded())
        .multiply(BigInteger.valueOf(share.getBack()))
        .divide(BigInteger.valueOf(share.getWhole()))
        .longValueExact();
  }

  private void lower(Turn turn, BoardKey board, long less) {
    ScoreKey key = new ScoreKey(turn.viewer(), board);
    Score score = turn.get(scores, key);
    if (score.moves() == 0) {
      return; // its period was long ago, and is kept no more
    }
    Score after = score.minus(less);
    turn.set(scores, key, after);
    BoardKey period = CompiledBoards.of(turn.program()).periodKey(board);
    boolean late = turn.peek(periods, period).state() == Period.State.SETTLED;
    turn.emit(after.moved(board, late).setLowered(true).build());
  }

  private static BoardKey boardOf(ViewerKey viewer, OrderShare.Builder share) {
    return new BoardKey(
        viewer.merchantId(), share.getBoardId(), share.getRoomId(), share.getPeriod());
  }
}
