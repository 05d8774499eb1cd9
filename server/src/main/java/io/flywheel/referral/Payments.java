package io.flywheel.referral;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import io.flywheel.engine.Turn;
import io.flywheel.reward.RewardKind;
import io.flywheel.reward.RewardKinds;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralCause;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.ReferralRule;
import io.flywheel.v1.RefundCause;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.StepState;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What invitees' steps pay whoever invited: when, how often, and what of it is taken back. What is
 * taken back rests on the sum of an order's refunds alone, so that it does not matter in which
 * order order and refunds are told. Thread-safe.
 */
final class Payments {
  private static final long MAX_POINTS = 1_000_000;
  private static final long UNIT_MINOR = 100;

  /** What may still be paid. */
  private static final Set<StepState> WAITING =
      Set.of(
          StepState.STEP_STATE_IN_REVIEW, StepState.STEP_STATE_HELD, StepState.STEP_STATE_WAITING);

  private final ReferralStateSlice states;
  private final FriendSlice friends;
  private final SharerSlice sharers;
  private final RewardKinds kinds;
  private final FiguresAppender figures;

  @Inject
  Payments(
      ReferralStateSlice states,
      FriendSlice friends,
      SharerSlice sharers,
      RewardKinds kinds,
      FiguresAppender figures) {
    this.states = states;
    this.friends = friends;
    this.sharers = sharers;
    this.kinds = kinds;
    this.figures = figures;
  }

  /** What a campaign's rules pay for a step, once nothing holds it back. */
  static List<RulePayment> due(ReferralCampaign campaign, FriendReached reached) {
    List<RulePayment> due = new ArrayList<>();
    for (ReferralRule rule :
        Campaigns.rulesOf(campaign, reached.getStage(), reached.getMinutes())) {
      List<Reward> rewards = rewards(rule, reached);
      if (!rewards.isEmpty() && reached.getOrderNumber() <= rule.getOrders()) {
        long hold = Durations.toMillis(rule.getHold());
        due.add(
            RulePayment.newBuilder()
                .setRuleId(rule.getId())
                .setState(StepState.STEP_STATE_IN_REVIEW)
                .addAllRewards(rewards)
                .setHeldUntilMs(hold == 0 ? 0 : reached.getAtMs() + hold)
                .setOnceActive(rule.getOnceActive())
                .build());
      }
    }
    return due;
  }

  private static List<Reward> rewards(ReferralRule rule, FriendReached reached) {
    if (reached.getLevel() == 2) {
      return rule.getSecondLevelList();
    }
    List<Reward> rewards = new ArrayList<>(rule.getInviterList());
    long points =
        Math.min(MAX_POINTS, reached.getAmountMinor() / UNIT_MINOR * rule.getPointsPer100Minor());
    if (points > 0) {
      rewards.add(
          Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(points)).build());
    }
    return rewards;
  }

  /** Pays what an invitee's steps are due, as far as nothing holds it back. */
  void settle(Turn turn, FriendKey key) {
    FriendState friend = turn.get(friends, key);
    for (int i = 0; i < friend.getStepsCount(); i++) {
      for (int j = 0; j < friend.getSteps(i).getPaymentsCount(); j++) {
        settle(turn, key, i, j);
      }
    }
  }

  private void settle(Turn turn, FriendKey key, int step, int index) {
    FriendState friend = turn.get(friends, key);
    StepRecord record = friend.getSteps(step);
    RulePayment payment = record.getPayments(index);
    if (!WAITING.contains(payment.getState())) {
      return;
    }
    StepState next = next(turn, key, friend, record, payment);
    if (next != payment.getState()) {
      setState(turn, key, step, index, next);
    }
    if (next == StepState.STEP_STATE_HELD && payment.getState() != next) {
      turn.followUp(
          turn.viewer(),
          Instant.ofEpochMilli(payment.getHeldUntilMs()),
          HoldEnded.newBuilder()
              .setInviteeId(key.inviteeId())
              .setRuleId(payment.getRuleId())
              .setOrderId(record.getOrderId())
              .setLevel(key.level())
              .build());
    }
    if (next == StepState.STEP_STATE_PAID) {
      Cause cause = cause(key, friend, record, payment);
      payment.getRewardsList().forEach(reward -> Rewards.give(turn, reward, cause));
    }
  }

  private StepState next(
      Turn turn, FriendKey key, FriendState friend, StepRecord step, RulePayment payment) {
    switch (friend.getReview()) {
      case REVIEW_STATE_OPEN -> {
        return StepState.STEP_STATE_IN_REVIEW;
      }
      case REVIEW_STATE_REJECTED -> {
        return StepState.STEP_STATE_REJECTED;
      }
      default -> {}
    }
    if (isRefunded(friend, step)) {
      return StepState.STEP_STATE_TAKEN_BACK;
    } else if (turn.at().toEpochMilli() < payment.getHeldUntilMs()) {
      return StepState.STEP_STATE_HELD;
    } else if (payment.getOnceActive() && !Steps.isActive(friend)) {
      return StepState.STEP_STATE_WAITING;
    }
    return take(turn, key, friend, payment)
        ? StepState.STEP_STATE_PAID
        : StepState.STEP_STATE_CAPPED;
  }

  private static boolean isRefunded(FriendState friend, StepRecord step) {
    return step.getStage() == InviteeStage.INVITEE_STAGE_ORDERED
        && Steps.order(friend, step.getOrderId()).getInFull();
  }

  /** Counts a payment towards the rule's caps; false: they are used up. */
  private boolean take(Turn turn, FriendKey key, FriendState friend, RulePayment payment) {
    ReferralRule rule =
        CompiledReferral.of(turn).campaign(friend.getCampaignId()).stream()
            .flatMap(campaign -> campaign.getRulesList().stream())
            .filter(one -> one.getId().equals(payment.getRuleId()))
            .findFirst()
            .orElse(ReferralRule.getDefaultInstance());
    if (rule.getPerDay() == 0 && rule.getInAll() == 0) {
      return true;
    }
    ReferralState.Builder state = turn.get(states).toBuilder();
    RuleTally.Builder tally = tally(state, friend.getCampaignId(), rule.getId(), key.level());
    long today = turn.program().calendar().dayOf(turn.at()).toEpochDay();
    if (tally.getEpochDay() < today) { // what is told late counts for the latest day
      tally.setEpochDay(today).setOnDay(0);
    }
    if ((rule.getPerDay() > 0 && tally.getOnDay() >= rule.getPerDay())
        || (rule.getInAll() > 0 && tally.getInAll() >= rule.getInAll())) {
      return false;
    }
    tally.setOnDay(tally.getOnDay() + 1).setInAll(tally.getInAll() + 1);
    turn.set(states, state.build());
    return true;
  }

  private static RuleTally.Builder tally(
      ReferralState.Builder state, String campaignId, String ruleId, int level) {
    for (RuleTally.Builder tally : state.getRulesBuilderList()) {
      if (tally.getCampaignId().equals(campaignId)
          && tally.getRuleId().equals(ruleId)
          && tally.getLevel() == level) {
        return tally;
      }
    }
    return state.addRulesBuilder().setCampaignId(campaignId).setRuleId(ruleId).setLevel(level);
  }

  /** Notes the points that a payment came to, and takes back what was refunded before. */
  void booked(Turn turn, PointsBooked booked) {
    boolean earned =
        booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED
            || booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING;
    ReferralCause cause = booked.getCause().getReferral();
    if (!earned || cause.getLevel() == 0) {
      return;
    }
    FriendKey key = new FriendKey(turn.viewer(), cause.getLevel(), cause.getInviteeId());
    count(turn, key, turn.get(friends, key), booked.getAmount());
    Reward reward =
        Reward.newBuilder()
            .setPoints(PointsReward.newBuilder().setAmount(booked.getAmount()))
            .build();
    given(turn, cause, booked.getEntryNumber(), reward);
  }

  /** Notes what else a payment came to, likewise. */
  void granted(Turn turn, GrantIssued issued) {
    ReferralCause cause = issued.getGrant().getCause().getReferral();
    if (cause.getLevel() > 0) {
      given(turn, cause, issued.getGrant().getGrantNumber(), issued.getGrant().getReward());
    }
  }

  /** What somebody has taken back for another reason is not taken back a second time. */
  void takenBack(Turn turn, RewardRevoked revoked) {
    ReferralCause cause = revoked.getCause().getReferral();
    if (cause.getLevel() == 0 || revoked.getReason().hasRefund()) {
      return;
    }
    FriendKey key = new FriendKey(turn.viewer(), cause.getLevel(), cause.getInviteeId());
    FriendState.Builder friend = turn.get(friends, key).toBuilder();
    for (StepRecord.Builder step : friend.getStepsBuilderList()) {
      for (RulePayment.Builder payment : step.getPaymentsBuilderList()) {
        for (GivenReward.Builder given : payment.getGivenBuilderList()) {
          if (given.getNumber() == revoked.getNumber()
              && given.getReward().getKindCase() == revoked.getPart().getKindCase()) {
            RewardKind kind = kinds.kindOf(given.getReward());
            given.setRevoked(
                Math.min(
                    kind.quantity(given.getReward()),
                    given.getRevoked() + kind.quantity(revoked.getPart())));
          }
        }
      }
    }
    turn.set(friends, key, friend.build());
  }

  private void given(Turn turn, ReferralCause cause, long number, Reward reward) {
    if (kinds.kindOf(reward).isFinal()) {
      return; // nothing takes it back
    }
    FriendKey key = new FriendKey(turn.viewer(), cause.getLevel(), cause.getInviteeId());
    FriendState.Builder friend = turn.get(friends, key).toBuilder();
    for (StepRecord.Builder step : friend.getStepsBuilderList()) {
      for (RulePayment.Builder payment : step.getPaymentsBuilderList()) {
        if (step.getOrderId().equals(cause.getOrderId())
            && payment.getRuleId().equals(cause.getRuleId())) {
          payment.addGiven(GivenReward.newBuilder().setNumber(number).setReward(reward));
        }
      }
    }
    turn.set(friends, key, friend.build());
    takeBack(turn, key, cause.getOrderId());
  }

  /** Takes back as much of what an order paid as its refunds come to. */
  void takeBack(Turn turn, FriendKey key, String orderId) {
    FriendState before = turn.get(friends, key);
    OrderRecord order = Steps.order(before, orderId);
    FriendState.Builder friend = before.toBuilder();
    for (StepRecord.Builder step : friend.getStepsBuilderList()) {
      if (step.getOrderId().equals(orderId)) {
        for (RulePayment.Builder payment : step.getPaymentsBuilderList()) {
          takeBack(turn, key, before, step, payment, order);
        }
      }
    }
    turn.set(friends, key, friend.build());
  }

  /** Takes back all that an invitee paid, because the merchant has found a cheat. */
  void takeBackAll(Turn turn, FriendKey key, Cause reason) {
    FriendState before = turn.get(friends, key);
    FriendState.Builder friend = before.toBuilder();
    for (StepRecord.Builder step : friend.getStepsBuilderList()) {
      for (RulePayment.Builder payment : step.getPaymentsBuilderList()) {
        Cause cause = cause(key, before, step.build(), payment.build());
        for (GivenReward.Builder given : payment.getGivenBuilderList()) {
          long all = kinds.kindOf(given.getReward()).quantity(given.getReward());
          revoke(turn, key, before, given, all, cause, reason);
        }
        payment.setState(StepState.STEP_STATE_REJECTED);
      }
    }
    turn.set(friends, key, friend.build());
  }

  private void takeBack(
      Turn turn,
      FriendKey key,
      FriendState friend,
      StepRecord.Builder step,
      RulePayment.Builder payment,
      OrderRecord order) {
    Cause cause = cause(key, friend, step.build(), payment.build());
    Cause reason =
        Cause.newBuilder()
            .setRefund(RefundCause.newBuilder().setRefundId(order.getRefundId()))
            .setOrderId(order.getOrderId())
            .build();
    for (GivenReward.Builder given : payment.getGivenBuilderList()) {
      long target = toTakeBack(order, kinds.kindOf(given.getReward()).quantity(given.getReward()));
      if (revoke(turn, key, friend, given, target, cause, reason)) {
        payment.setState(StepState.STEP_STATE_TAKEN_BACK);
      }
    }
    if (order.getInFull() && WAITING.contains(payment.getState())) {
      payment.setState(StepState.STEP_STATE_TAKEN_BACK);
    }
  }

  /** Takes back as much as is still to be taken back; whether that is anything. */
  private boolean revoke(
      Turn turn,
      FriendKey key,
      FriendState friend,
      GivenReward.Builder given,
      long target,
      Cause cause,
      Cause reason) {
    RefundPolicy policy = CompiledReferral.of(turn).refundPolicy();
    Reward reward = given.getReward();
    if (target <= given.getRevoked()
        || (policy == RefundPolicy.REFUND_POLICY_ONLY_PENDING && !reward.hasPoints())) {
      return false;
    }
    long now = target - given.getRevoked();
    given.setRevoked(target);
    turn.emit(
        RewardRevoked.newBuilder()
            .setPart(kinds.kindOf(reward).part(reward, now))
            .setCause(cause)
            .setPolicy(policy)
            .setNumber(given.getNumber())
            .setReason(reason)
            .build());
    if (reward.hasPoints()) {
      count(turn, key, friend, -now);
    }
    return true;
  }

  private static long toTakeBack(OrderRecord order, long given) {
    if (order.getInFull()) {
      return given;
    }
    return order.getRefundedMinor() == 0 || order.getAmountMinor() == 0
        ? 0
        : BigInteger.valueOf(given)
            .multiply(BigInteger.valueOf(order.getRefundedMinor()))
            .divide(BigInteger.valueOf(order.getAmountMinor()))
            .longValueExact();
  }

  private void count(Turn turn, FriendKey key, FriendState friend, long points) {
    SharerSlice.Key sharer = new SharerSlice.Key(key.viewer(), friend.getCampaignId());
    turn.set(sharers, sharer, turn.get(sharers, sharer).plusPoints(points));
    figures.add(
        turn,
        friend.getCampaignId(),
        friend.getChannel(),
        ReferralFigures.POINTS_FIELD_NUMBER,
        points);
  }

  private void setState(Turn turn, FriendKey key, int step, int index, StepState state) {
    FriendState.Builder friend = turn.get(friends, key).toBuilder();
    friend.getStepsBuilder(step).getPaymentsBuilder(index).setState(state);
    turn.set(friends, key, friend.build());
  }

  private static Cause cause(
      FriendKey key, FriendState friend, StepRecord step, RulePayment payment) {
    return Cause.newBuilder()
        .setReferral(
            ReferralCause.newBuilder()
                .setCampaignId(friend.getCampaignId())
                .setInviteeId(key.inviteeId())
                .setRuleId(payment.getRuleId())
                .setOrderId(step.getOrderId())
                .setLevel(key.level()))
        .build();
  }
}
