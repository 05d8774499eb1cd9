package io.flywheel.order;

import com.google.inject.Inject;
import io.flywheel.engine.AlreadyTold;
import io.flywheel.engine.Dated;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.RewardKind;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.OrderCompleted;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.RefundCause;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;

/**
 * The rules of orders. It comes before all features that count orders, so that an order that was
 * told before is counted by nobody, and that conditions know of an order when they are asked
 * whether it is the second. Thread-safe.
 */
final class OrderReactor implements Reactor {
  static final int MAX_REFUNDS = 100;

  private final OrderSlice slice;
  private final OrderProfile totals;
  private final RewardKinds kinds;

  @Inject
  OrderReactor(OrderSlice slice, OrderProfile totals, RewardKinds kinds) {
    this.slice = slice;
    this.totals = totals;
    this.kinds = kinds;
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Event event) {
      String orderId =
          event.getOrdered().getOrderId()
              + event.getRefunded().getOrderId()
              + event.getOrderCompletion().getOrderId();
      if (!orderId.isEmpty()) {
        wanted.get(slice, new OrderSlice.Key(wanted.action().viewer(), orderId));
        totals.slices().forEach(wanted::get);
      }
    }
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Event.class, this::event);
    reactions.onFact(OrderRefunded.class, this::uncount);
    reactions.onFact(PointsBooked.class, this::booked);
    reactions.onFact(GrantIssued.class, this::granted);
    reactions.onFact(RewardRevoked.class, this::takenBack);
  }

  private void event(Turn turn, Event event) {
    if (event.hasOrdered()) {
      ordered(turn, event.getOrdered());
    } else if (event.hasRefunded()) {
      refunded(turn, event.getRefunded());
    } else if (event.hasOrderCompletion()) {
      completed(turn, event.getOrderCompletion().getOrderId());
    }
  }

  /** What is given for the order later meets its completion then. */
  private void completed(Turn turn, String orderId) {
    OrderSlice.Key key = new OrderSlice.Key(turn.viewer(), orderId);
    Dated<OrderState> order = turn.get(slice, key);
    if (order.state().getCompleted()) {
      throw new AlreadyTold();
    }
    save(turn, key, order, order.state().toBuilder().setCompleted(true));
    if (order.state().getTold()) {
      turn.emit(OrderCompleted.newBuilder().setOrderId(orderId).build());
    }
  }

  /** What is given for the order comes later in the turn, and meets the refunds then. */
  private void ordered(Turn turn, Ordered ordered) {
    OrderSlice.Key key = new OrderSlice.Key(turn.viewer(), ordered.getOrderId());
    Dated<OrderState> order = turn.get(slice, key);
    if (order.state().getTold()) {
      throw new AlreadyTold();
    }
    OrderState.Builder state =
        order.state().toBuilder().setTold(true).setAmountMinor(ordered.getAmountMinor());
    save(turn, key, order, state);
    totals.add(turn, 1, ordered.getAmountMinor());
    for (int i = 0; i < state.getRefundsCount(); i++) {
      OrderState.Builder until = state.clone();
      while (until.getRefundsCount() > i + 1) {
        until.removeRefunds(i + 1);
      }
      tell(turn, key.orderId(), until);
    }
  }

  private void refunded(Turn turn, Refunded refunded) {
    OrderSlice.Key key = new OrderSlice.Key(turn.viewer(), refunded.getOrderId());
    Dated<OrderState> order = turn.get(slice, key);
    OrderState.Builder state = order.state().toBuilder();
    for (RefundRecord refund : state.getRefundsList()) {
      if (refund.getRefundId().equals(refunded.getRefundId())) {
        throw new AlreadyTold();
      }
    }
    if (state.getRefundsCount() == MAX_REFUNDS) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_TOO_MANY_REFUNDS,
          "refunded.refund_id: \"%s\" (expected: one of the %d refunds that the order has, the most)"
              .formatted(refunded.getRefundId(), MAX_REFUNDS));
    }
    state.addRefunds(
        RefundRecord.newBuilder()
            .setRefundId(refunded.getRefundId())
            .setAmountMinor(refunded.getAmountMinor()));
    if (state.getTold()) {
      tell(turn, key.orderId(), state);
      for (int i = 0; i < state.getGivenCount(); i++) {
        state.setGiven(i, revoke(turn, key.orderId(), state, state.getGiven(i)));
      }
    }
    save(turn, key, order, state);
  }

  /** An order that was refunded whole is no order any more. */
  private void uncount(Turn turn, OrderRefunded refunded) {
    totals.add(turn, refunded.getInFull() ? -1 : 0, -refunded.getAmountMinor());
  }

  private void booked(Turn turn, PointsBooked booked) {
    boolean earned =
        booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED
            || booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING;
    if (earned) {
      given(
          turn,
          Reward.newBuilder()
              .setPoints(PointsReward.newBuilder().setAmount(booked.getAmount()))
              .build(),
          booked.getEntryNumber(),
          booked.getCause());
    }
    if (booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING) {
      completeLate(turn, booked.getCause().getOrderId());
    }
    if (booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_REVOKED_PENDING
        && booked.getCause().hasPoints()) {
      forfeited(turn, booked);
    }
  }

  /** Points that waited for their order in vain are gone; no refund takes them a second time. */
  private void forfeited(Turn turn, PointsBooked booked) {
    Reward part =
        Reward.newBuilder()
            .setPoints(PointsReward.newBuilder().setAmount(booked.getAmount()))
            .build();
    long number = booked.getCause().getPoints().getEntryNumber();
    gone(turn, booked.getCause().getOrderId(), number, part);
  }

  /** Nor does a refund take what somebody has taken back for another reason. */
  private void takenBack(Turn turn, RewardRevoked revoked) {
    if (!revoked.getReason().hasRefund()) {
      gone(turn, revoked.getCause().getOrderId(), revoked.getNumber(), revoked.getPart());
    }
  }

  private void gone(Turn turn, String orderId, long number, Reward part) {
    if (orderId.isEmpty()) {
      return;
    }
    OrderSlice.Key key = new OrderSlice.Key(turn.viewer(), orderId);
    Dated<OrderState> order = turn.get(slice, key);
    OrderState.Builder state = order.state().toBuilder();
    for (GivenRecord.Builder given : state.getGivenBuilderList()) {
      if (given.getNumber() == number && given.getReward().getKindCase() == part.getKindCase()) {
        given.setRevoked(given.getRevoked() + kinds.kindOf(part).quantity(part));
        save(turn, key, order, state);
        return;
      }
    }
  }

  /** Points that were earned after their order was complete need not wait for it. */
  private void completeLate(Turn turn, String orderId) {
    if (!orderId.isEmpty()
        && turn.get(slice, new OrderSlice.Key(turn.viewer(), orderId)).state().getCompleted()) {
      turn.emit(OrderCompleted.newBuilder().setOrderId(orderId).build());
    }
  }

  private void granted(Turn turn, GrantIssued issued) {
    Grant grant = issued.getGrant();
    given(turn, grant.getReward(), grant.getGrantNumber(), grant.getCause());
  }

  /** Notes what was given for an order, and takes back what its refunds have forfeited already. */
  private void given(Turn turn, Reward reward, long number, Cause cause) {
    if (cause.getOrderId().isEmpty() || kinds.kindOf(reward).isFinal()) {
      return;
    }
    OrderSlice.Key key = new OrderSlice.Key(turn.viewer(), cause.getOrderId());
    Dated<OrderState> order = turn.get(slice, key);
    if (!order.state().getTold()) {
      return; // it is older than what is remembered
    }
    OrderState.Builder state = order.state().toBuilder();
    GivenRecord given =
        GivenRecord.newBuilder().setNumber(number).setReward(reward).setCause(cause).build();
    save(turn, key, order, state.addGiven(revoke(turn, key.orderId(), state, given)));
  }

  /** Takes back as much of what was given as the refunds have come to. */
  private GivenRecord revoke(
      Turn turn, String orderId, OrderStateOrBuilder order, GivenRecord given) {
    RewardKind kind = kinds.kindOf(given.getReward());
    long target = RefundRules.toRevoke(order, kind.quantity(given.getReward()));
    RefundPolicy policy = turn.program().get(OrderSection.class);
    if (target <= given.getRevoked()
        || (policy == RefundPolicy.REFUND_POLICY_ONLY_PENDING && !given.getReward().hasPoints())) {
      return given;
    }
    RefundCause.Builder refund =
        RefundCause.newBuilder()
            .setRefundId(order.getRefunds(order.getRefundsCount() - 1).getRefundId());
    if (given.getReward().hasPoints()) {
      refund.setEntryNumber(given.getNumber());
    }
    turn.emit(
        RewardRevoked.newBuilder()
            .setPart(kind.part(given.getReward(), target - given.getRevoked()))
            .setCause(given.getCause())
            .setPolicy(policy)
            .setNumber(given.getNumber())
            .setReason(Cause.newBuilder().setRefund(refund).setOrderId(orderId))
            .build());
    return given.toBuilder().setRevoked(target).build();
  }

  /** Tells of the latest refund, unless nothing was left that it could have given back. */
  private static void tell(Turn turn, String orderId, OrderState.Builder state) {
    RefundRecord refund = state.getRefunds(state.getRefundsCount() - 1);
    OrderState.Builder before = state.clone().removeRefunds(state.getRefundsCount() - 1);
    if (RefundRules.isInFull(before)) {
      return;
    }
    turn.emit(
        OrderRefunded.newBuilder()
            .setOrderId(orderId)
            .setRefundId(refund.getRefundId())
            .setAmountMinor(RefundRules.refundedMinor(state) - RefundRules.refundedMinor(before))
            .setRefundedMinor(RefundRules.refundedMinor(state))
            .setInFull(RefundRules.isInFull(state))
            .build());
  }

  private void save(
      Turn turn, OrderSlice.Key key, Dated<OrderState> before, OrderState.Builder state) {
    turn.set(slice, key, before.with(state.build(), turn.at()));
  }
}
