package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.DecideReferralReviewResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.InviteeMoved;
import io.flywheel.v1.InviteeOrdered;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.InviteeStayed;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.ReferralGuard;
import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewSignal;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.RewardRevoked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The rules of whoever invited: who came, what that pays, what is taken back, and what waits for
 * the merchant's decision. Thread-safe.
 */
final class InviterReactor implements Reactor {
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  /** Of more steps that wait for a decision on the inviter, the second level is paid nothing. */
  private static final int MAX_OWED_STEPS = 200;

  /** Of how many friends it is known that they paid the second level; earlier ones are settled. */
  private static final int MAX_SECOND_LEVEL = 200;

  private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

  /** The merchant decides on an invitee whose rewards wait. */
  record Decide(String inviteeId, boolean approve, String note, String decidedBy) {}

  private final ReferralStateSlice states;
  private final FriendSlice friends;
  private final SharerSlice sharers;
  private final Payments payments;
  private final FiguresAppender figures;

  @Inject
  InviterReactor(
      ReferralStateSlice states,
      FriendSlice friends,
      SharerSlice sharers,
      Payments payments,
      FiguresAppender figures) {
    this.states = states;
    this.friends = friends;
    this.sharers = sharers;
    this.payments = payments;
    this.figures = figures;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(FriendCame.class, this::came);
    reactions.on(FriendReached.class, this::reached);
    reactions.on(FriendRefunded.class, this::refunded);
    reactions.on(HoldEnded.class, this::holdEnded);
    reactions.on(FriendSuspected.class, this::suspected);
    reactions.on(FriendReviewed.class, this::reviewed);
    reactions.on(LinkOpened.class, this::opened);
    reactions.on(Decide.class, this::decide);
    reactions.onFact(PointsBooked.class, payments::booked);
    reactions.onFact(GrantIssued.class, payments::granted);
    reactions.onFact(RewardRevoked.class, payments::takenBack);
  }

  private void came(Turn turn, FriendCame came) {
    FriendKey key = new FriendKey(turn.viewer(), 1, came.getInviteeId());
    FriendState before = turn.get(friends, key);
    boolean counts = came.getRefusal() == InviteRefusal.INVITE_REFUSAL_UNSPECIFIED;
    boolean isFirst = before.getAcceptedMs() == 0;
    if (before.getStageValue() > InviteeStage.INVITEE_STAGE_ACCEPTED_VALUE
        || (!isFirst && before.getRefusal() == came.getRefusal())) {
      return;
    }
    FriendState.Builder friend =
        before.toBuilder()
            .setCampaignId(came.getCampaignId())
            .setAcceptedMs(came.getAtMs())
            .setChannel(came.getChannel())
            .setStage(InviteeStage.INVITEE_STAGE_ACCEPTED)
            .setRefusal(came.getRefusal());
    if (before.getReview() == ReviewState.REVIEW_STATE_UNSPECIFIED) {
      friend.clearEvidence().addAllEvidence(came.getEvidenceList());
    }
    turn.set(friends, key, friend.build());
    count(turn, came, isFirst, counts);
    tell(turn, key);
  }

  private void count(Turn turn, FriendCame came, boolean isFirst, boolean counts) {
    if (isFirst) {
      change(turn, came.getCampaignId(), tally -> tally.plusAccepted(1));
      add(turn, came.getCampaignId(), came.getChannel(), ReferralFigures.ACCEPTED_FIELD_NUMBER, 1);
    }
    if (!counts) {
      add(turn, came.getCampaignId(), came.getChannel(), ReferralFigures.REFUSED_FIELD_NUMBER, 1);
    }
  }

  private void reached(Turn turn, FriendReached reached) {
    FriendKey key = new FriendKey(turn.viewer(), reached.getLevel(), reached.getInviteeId());
    FriendState before = turn.get(friends, key);
    if (Steps.find(before, reached.getStage(), reached.getMinutes(), reached.getOrderId()) >= 0) {
      return;
    }
    Optional<ReferralCampaign> campaign =
        CompiledReferral.of(turn).campaign(reached.getCampaignId());
    FriendState.Builder friend =
        before.toBuilder()
            .setCampaignId(reached.getCampaignId())
            .setAcceptedMs(reached.getAcceptedMs())
            .setChannel(reached.getChannel())
            .clearRefusal()
            .setStageValue(Math.max(before.getStageValue(), reached.getStageValue()));
    if (before.getAcceptedMs() == 0 && reached.getLevel() == 1) {
      change(turn, reached.getCampaignId(), tally -> tally.plusAccepted(1));
      add(
          turn,
          reached.getCampaignId(),
          reached.getChannel(),
          ReferralFigures.ACCEPTED_FIELD_NUMBER,
          1);
    }
    if (reached.getStage() == InviteeStage.INVITEE_STAGE_ORDERED) {
      Steps.order(friend, reached.getOrderId()).setAmountMinor(reached.getAmountMinor());
    }
    StepRecord.Builder step =
        StepRecord.newBuilder()
            .setStage(reached.getStage())
            .setMinutes(reached.getMinutes())
            .setOrderId(reached.getOrderId())
            .setAtMs(reached.getAtMs())
            .setRoomId(reached.getRoomId());
    campaign.ifPresent(one -> step.addAllPayments(Payments.due(one, reached)));
    friend.addSteps(step);
    turn.set(friends, key, friend.build());
    look(turn, key, reached);
    settle(turn, key);
  }

  /** Holds back what somebody has to look at. */
  private void look(Turn turn, FriendKey key, FriendReached reached) {
    List<ReviewEvidence> evidence = new ArrayList<>(reached.getEvidenceList());
    if (reached.getStage() == InviteeStage.INVITEE_STAGE_ENTERED && reached.getLevel() == 1) {
      evidence.addAll(pace(turn, reached));
    }
    flag(turn, key, evidence);
  }

  /** Lets an invitee's rewards wait for the merchant's decision, where it was not made before. */
  private void flag(Turn turn, FriendKey key, List<ReviewEvidence> evidence) {
    FriendState friend = turn.get(friends, key);
    if (evidence.isEmpty() || friend.getReview() != ReviewState.REVIEW_STATE_UNSPECIFIED) {
      return;
    }
    turn.set(
        friends,
        key,
        friend.toBuilder()
            .addAllEvidence(evidence)
            .setReview(ReviewState.REVIEW_STATE_OPEN)
            .setFlaggedMs(turn.at().toEpochMilli())
            .build());
    change(turn, friend.getCampaignId(), tally -> tally.plusInReview(1));
    add(turn, friend.getCampaignId(), friend.getChannel(), ReferralFigures.FLAGGED_FIELD_NUMBER, 1);
    tell(turn, key);
    tellReview(turn, key);
  }

  /** Notes a newcomer, and tells if there were too many within the hour or the minute. */
  private List<ReviewEvidence> pace(Turn turn, FriendReached reached) {
    ReferralState state = turn.get(states);
    ReferralGuard guard = CompiledReferral.of(turn).rules().getGuard();
    long at = reached.getAtMs();
    Recruit newcomer =
        Recruit.newBuilder()
            .setInviteeId(reached.getInviteeId())
            .setCampaignId(reached.getCampaignId())
            .setAtMs(at)
            .build();
    long latest =
        state.getNewcomersList().stream().mapToLong(Recruit::getAtMs).reduce(at, Math::max);
    List<Recruit> all = Newcomers.with(state.getNewcomersList(), newcomer, latest - HOUR_MILLIS);
    List<Recruit> inHour = within(all, at, HOUR_MILLIS);
    List<Recruit> inMinute = within(all, at, MINUTE_MILLIS);
    List<ReviewEvidence> evidence = new ArrayList<>();
    if (inHour.size() > guard.getNewcomersPerHour()) {
      evidence.add(Newcomers.sign(ReviewSignal.REVIEW_SIGNAL_BURST, inHour));
    }
    if (inMinute.size() > guard.getNewcomersPerMinute() && 2 * inMinute.size() > inHour.size()) {
      ReviewEvidence rush = Newcomers.sign(ReviewSignal.REVIEW_SIGNAL_RUSH, inMinute);
      evidence.add(rush);
      inMinute.stream()
          .filter(one -> !one.getSuspected() && !one.getInviteeId().equals(reached.getInviteeId()))
          .map(one -> new FriendKey(turn.viewer(), 1, one.getInviteeId()))
          .forEach(other -> holdBack(turn, other, List.of(rush)));
      all = Newcomers.suspected(all, inMinute);
    }
    turn.set(states, turn.get(states).toBuilder().clearNewcomers().addAllNewcomers(all).build());
    return evidence;
  }

  private static List<Recruit> within(List<Recruit> all, long endMillis, long forMillis) {
    return all.stream()
        .filter(one -> one.getAtMs() > endMillis - forMillis && one.getAtMs() <= endMillis)
        .toList();
  }

  /** Something speaks against an invitee who came before. */
  private void suspected(Turn turn, FriendSuspected suspected) {
    FriendKey key = new FriendKey(turn.viewer(), 1, suspected.getInviteeId());
    FriendState friend = turn.get(friends, key);
    if (friend.getCampaignId().isEmpty()) {
      if (suspected.getCampaignId().isEmpty()) {
        return; // somebody else's friend
      }
      turn.set(friends, key, friend.toBuilder().setCampaignId(suspected.getCampaignId()).build());
    }
    if (friend.getRefusal() == InviteRefusal.INVITE_REFUSAL_UNSPECIFIED) {
      holdBack(turn, key, suspected.getEvidenceList());
    }
  }

  /** What is held goes on to wait for the decision; what was paid is left until it is made. */
  private void holdBack(Turn turn, FriendKey key, List<ReviewEvidence> evidence) {
    flag(turn, key, evidence);
    payments.settle(turn, key);
  }

  private void opened(Turn turn, LinkOpened opened) {
    change(turn, opened.getCampaignId(), tally -> tally.plusOpened(opened.getTimes()));
    add(
        turn,
        opened.getCampaignId(),
        opened.getChannel(),
        ReferralFigures.OPENED_FIELD_NUMBER,
        opened.getTimes());
  }

  /** Counts and pays what nothing holds back. */
  private void settle(Turn turn, FriendKey key) {
    FriendState friend = turn.get(friends, key);
    if (friend.getReview() != ReviewState.REVIEW_STATE_OPEN
        && friend.getReview() != ReviewState.REVIEW_STATE_REJECTED) {
      for (int i = 0; i < friend.getStepsCount(); i++) {
        if (!friend.getSteps(i).getTold()) {
          count(turn, key, i);
        }
      }
    }
    payments.settle(turn, key);
  }

  private void count(Turn turn, FriendKey key, int index) {
    FriendState before = turn.get(friends, key);
    StepRecord step = before.getSteps(index).toBuilder().setTold(true).build();
    FriendState friend = before.toBuilder().setSteps(index, step).build();
    turn.set(friends, key, friend);
    if (key.level() > 1) {
      return;
    }
    switch (step.getStage()) {
      case INVITEE_STAGE_ENTERED -> {
        change(turn, friend.getCampaignId(), tally -> tally.plusEntered(1));
        add(turn, friend, ReferralFigures.ENTERED_FIELD_NUMBER, 1);
        turn.emit(
            InviteeEntered.newBuilder()
                .setCampaignId(friend.getCampaignId())
                .setInviteeId(key.inviteeId())
                .setRoomId(step.getRoomId())
                .build());
      }
      case INVITEE_STAGE_STAYED -> {
        boolean isFirst = Steps.told(friend, InviteeStage.INVITEE_STAGE_STAYED) == 1;
        if (isFirst) {
          change(turn, friend.getCampaignId(), tally -> tally.plusStayed(1));
          add(turn, friend, ReferralFigures.STAYED_FIELD_NUMBER, 1);
        }
        turn.emit(
            InviteeStayed.newBuilder()
                .setCampaignId(friend.getCampaignId())
                .setInviteeId(key.inviteeId())
                .setMinutes(step.getMinutes())
                .build());
      }
      case INVITEE_STAGE_ORDERED -> countOrder(turn, key, friend, step);
      case INVITEE_STAGE_FOLLOWED -> {
        add(turn, friend, ReferralFigures.FOLLOWED_FIELD_NUMBER, 1);
        tell(turn, key);
      }
      case INVITEE_STAGE_JOINED_GROUP -> {
        add(turn, friend, ReferralFigures.JOINED_GROUP_FIELD_NUMBER, 1);
        tell(turn, key);
      }
      default -> {}
    }
    tellSecondLevel(turn, key, friend, step);
  }

  private void countOrder(Turn turn, FriendKey key, FriendState friend, StepRecord step) {
    boolean isFirst = Steps.told(friend, InviteeStage.INVITEE_STAGE_ORDERED) == 1;
    if (isFirst) {
      change(turn, friend.getCampaignId(), tally -> tally.plusOrdered(1));
    }
    OrderRecord order = Steps.order(friend, step.getOrderId());
    add(turn, friend, ReferralFigures.ORDERS_FIELD_NUMBER, 1);
    add(
        turn,
        friend,
        ReferralFigures.ORDERED_MINOR_FIELD_NUMBER,
        order.getAmountMinor() - order.getRefundedMinor());
    turn.emit(
        InviteeOrdered.newBuilder()
            .setCampaignId(friend.getCampaignId())
            .setInviteeId(key.inviteeId())
            .setOrderId(step.getOrderId())
            .setAmountMinor(order.getAmountMinor())
            .build());
  }

  /** What counts for whoever invited counts for whoever invited that one. */
  private void tellSecondLevel(Turn turn, FriendKey key, FriendState friend, StepRecord step) {
    if (!hasSecondLevel(turn, friend)) {
      return;
    }
    int number = Steps.told(friend, InviteeStage.INVITEE_STAGE_ORDERED);
    FriendReached reached =
        FriendReached.newBuilder()
            .setInviteeId(key.inviteeId())
            .setCampaignId(friend.getCampaignId())
            .setStage(step.getStage())
            .setAtMs(step.getAtMs())
            .setAcceptedMs(friend.getAcceptedMs())
            .setMinutes(step.getMinutes())
            .setOrderId(step.getOrderId())
            .setAmountMinor(Steps.order(friend, step.getOrderId()).getAmountMinor())
            .setOrderNumber(step.getOrderId().isEmpty() ? 0 : number)
            .setRoomId(step.getRoomId())
            .setChannel(friend.getChannel())
            .setLevel(2)
            .build();
    ReferralState state = turn.get(states);
    switch (state.getBond().getReview()) {
      case REVIEW_STATE_OPEN -> {
        if (state.getBond().getOwedStepsCount() < MAX_OWED_STEPS) {
          Bond.Builder bond = state.getBond().toBuilder().addOwedSteps(reached);
          turn.set(states, state.toBuilder().setBond(bond).build());
        }
      }
      case REVIEW_STATE_REJECTED -> {}
      default -> {
        turn.set(states, withSecondLevel(state, key.inviteeId()));
        turn.followUp(state.getBond().getInviterId(), turn.at(), reached);
      }
    }
  }

  private static ReferralState withSecondLevel(ReferralState state, String inviteeId) {
    List<String> ids = new ArrayList<>(state.getBond().getSecondLevelIdsList());
    if (ids.contains(inviteeId)) {
      return state;
    }
    ids.add(inviteeId);
    Bond.Builder bond =
        state.getBond().toBuilder()
            .clearSecondLevelIds()
            .addAllSecondLevelIds(
                ids.subList(Math.max(0, ids.size() - MAX_SECOND_LEVEL), ids.size()));
    return state.toBuilder().setBond(bond).build();
  }

  /** Whether somebody is paid who invited the turn's viewer. */
  private boolean hasSecondLevel(Turn turn, FriendState friend) {
    return turn.get(states).getBond().getEnteredMs() > 0
        && CompiledReferral.of(turn).campaign(friend.getCampaignId()).stream()
            .flatMap(campaign -> campaign.getRulesList().stream())
            .anyMatch(rule -> rule.getSecondLevelCount() > 0);
  }

  /** What waits, or is lost, for whoever invited does so for whoever invited that one. */
  private void tellReview(Turn turn, FriendKey key) {
    FriendState friend = turn.get(friends, key);
    if (hasSecondLevel(turn, friend)) {
      turn.followUp(
          turn.get(states).getBond().getInviterId(),
          turn.at(),
          FriendReviewed.newBuilder()
              .setInviteeId(key.inviteeId())
              .setCampaignId(friend.getCampaignId())
              .setReview(friend.getReview())
              .setDecidedBy(friend.getDecidedBy())
              .setNote(friend.getNote())
              .build());
    }
  }

  private void reviewed(Turn turn, FriendReviewed reviewed) {
    FriendKey key = new FriendKey(turn.viewer(), 2, reviewed.getInviteeId());
    FriendState friend = turn.get(friends, key);
    if (friend.getReviewValue() >= reviewed.getReviewValue()) {
      return; // it was decided before this was told
    }
    turn.set(
        friends,
        key,
        friend.toBuilder()
            .setCampaignId(
                reviewed.getCampaignId().isEmpty()
                    ? friend.getCampaignId()
                    : reviewed.getCampaignId())
            .setReview(reviewed.getReview())
            .setDecidedBy(reviewed.getDecidedBy())
            .setNote(reviewed.getNote())
            .build());
    if (reviewed.getReview() == ReviewState.REVIEW_STATE_REJECTED) {
      payments.takeBackAll(turn, key, decision(reviewed.getNote(), reviewed.getDecidedBy()));
    }
    settle(turn, key);
  }

  private static Cause decision(String note, String decidedBy) {
    return Cause.newBuilder()
        .setAdjustment(AdjustmentCause.newBuilder().setReason(note).setAdjustedBy(decidedBy))
        .build();
  }

  private void refunded(Turn turn, FriendRefunded refunded) {
    FriendKey key = new FriendKey(turn.viewer(), refunded.getLevel(), refunded.getInviteeId());
    FriendState before = turn.get(friends, key);
    OrderRecord known = Steps.order(before, refunded.getOrderId());
    if (refunded.getRefundedMinor() > known.getRefundedMinor() || refunded.getInFull()) {
      FriendState.Builder friend = before.toBuilder();
      Steps.order(friend, refunded.getOrderId())
          .setRefundedMinor(Math.max(known.getRefundedMinor(), refunded.getRefundedMinor()))
          .setInFull(known.getInFull() || refunded.getInFull())
          .setRefundId(refunded.getRefundId());
      turn.set(friends, key, friend.build());
      int step = Steps.find(before, InviteeStage.INVITEE_STAGE_ORDERED, 0, refunded.getOrderId());
      if (key.level() == 1 && step >= 0 && before.getSteps(step).getTold()) {
        add(
            turn,
            before,
            ReferralFigures.ORDERED_MINOR_FIELD_NUMBER,
            Math.min(0, known.getRefundedMinor() - refunded.getRefundedMinor()));
      }
      payments.takeBack(turn, key, refunded.getOrderId());
    }
    Bond bond = turn.get(states).getBond();
    if (key.level() == 1 && bond.getEnteredMs() > 0) {
      turn.followUp(bond.getInviterId(), turn.at(), refunded.toBuilder().setLevel(2).build());
    }
  }

  private void holdEnded(Turn turn, HoldEnded ended) {
    payments.settle(turn, new FriendKey(turn.viewer(), ended.getLevel(), ended.getInviteeId()));
  }

  private void decide(Turn turn, Decide decision) {
    FriendKey key = new FriendKey(turn.viewer(), 1, decision.inviteeId());
    FriendState friend = turn.get(friends, key);
    if (friend.getReview() != ReviewState.REVIEW_STATE_OPEN) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_REVIEW_NOT_FOUND,
          "invitee_id: %s (expected: an invitee of %s whose rewards wait for a decision)"
              .formatted(decision.inviteeId(), turn.viewer().viewerId()));
    }
    turn.set(
        friends,
        key,
        friend.toBuilder()
            .setReview(
                decision.approve()
                    ? ReviewState.REVIEW_STATE_APPROVED
                    : ReviewState.REVIEW_STATE_REJECTED)
            .setDecidedBy(decision.decidedBy())
            .setDecidedMs(turn.at().toEpochMilli())
            .setNote(decision.note())
            .build());
    change(turn, friend.getCampaignId(), tally -> tally.plusInReview(-1));
    if (!decision.approve()) {
      payments.takeBackAll(turn, key, decision(decision.note(), decision.decidedBy()));
    }
    settle(turn, key);
    tell(turn, key);
    tellReview(turn, key);
    turn.followUp(
        decision.inviteeId(),
        turn.at(),
        FriendDecided.newBuilder()
            .setInviterId(turn.viewer().viewerId())
            .setApproved(decision.approve())
            .setDecidedBy(decision.decidedBy())
            .setNote(decision.note())
            .build());
    turn.respond(() ->
        DecideReferralReviewResponse.newBuilder()
            .setReview(FriendViews.review(turn.program(), key, turn.get(friends, key)))
            .addAllFacts(turn.facts())
            .build());
  }

  private void tell(Turn turn, FriendKey key) {
    FriendState friend = turn.get(friends, key);
    turn.emit(
        InviteeMoved.newBuilder()
            .setCampaignId(friend.getCampaignId())
            .setInviteeId(key.inviteeId())
            .setStage(friend.getStage())
            .setRefusal(friend.getRefusal())
            .setReview(friend.getReview())
            .build());
  }

  private void change(Turn turn, String campaignId, UnaryOperator<SharerSlice.Tally> change) {
    SharerSlice.Key key = new SharerSlice.Key(turn.viewer(), campaignId);
    turn.set(sharers, key, change.apply(turn.get(sharers, key)));
  }

  private void add(Turn turn, FriendState friend, int figure, long amount) {
    add(turn, friend.getCampaignId(), friend.getChannel(), figure, amount);
  }

  private void add(Turn turn, String campaignId, String channel, int figure, long amount) {
    figures.add(turn, campaignId, channel, figure, amount);
  }
}
