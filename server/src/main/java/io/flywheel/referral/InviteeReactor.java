package io.flywheel.referral;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Referred;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Event;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.Presence;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralCause;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.ReferralRule;
import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewSignal;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.WatchCredited;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of those who came by an invite: how far they are, what it gives them, and that whoever
 * invited them learns of it. Thread-safe.
 */
final class InviteeReactor implements Reactor {
  /** The most orders of an invitee that whoever invited learns of. */
  private static final int MAX_ORDERS = 1_000;

  private static final long MINUTE_MILLIS = 60_000;
  private static final Set<Event.WhatCase> STEPS =
      Set.of(
          Event.WhatCase.ENTERED,
          Event.WhatCase.WATCHED,
          Event.WhatCase.FOLLOWED,
          Event.WhatCase.JOINED_GROUP,
          Event.WhatCase.ORDERED,
          Event.WhatCase.REFUNDED);

  private final ReferralStateSlice states;
  private final Identities identities;
  private final FiguresAppender figures;

  @Inject
  InviteeReactor(ReferralStateSlice states, Identities identities, FiguresAppender figures) {
    this.states = states;
    this.identities = identities;
    this.figures = figures;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(RoomEntered.class, this::entered);
    reactions.onFact(WatchCredited.class, this::watched);
    reactions.on(Event.class, this::event);
    reactions.onFact(OrderRefunded.class, this::refunded);
    reactions.on(FriendDecided.class, this::decided);
    reactions.onFact(PointsBooked.class, this::booked);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Event event
        && STEPS.contains(event.getWhatCase())
        && wanted.program() != null
        && !wanted.program().get(ReferralSection.class).campaigns().isEmpty()) {
      wanted.get(states);
    }
  }

  /** Counts a viewer who is in a room already when the invite is accepted, as far as is known. */
  void enterIfPresent(Turn turn) {
    Presence presence = turn.profile().getPresence();
    String roomId = presence.getRoomId();
    long lastSeen = Timestamps.toMillis(presence.getLastSeenAt());
    if (!roomId.isEmpty() && turn.at().toEpochMilli() <= lastSeen + Newness.GRACE_MILLIS) {
      turn.happenedIn(roomId); // so that those who watch the room learn of it
      enter(turn, roomId);
    }
  }

  private void entered(Turn turn, RoomEntered entered) {
    CompiledReferral program = CompiledReferral.of(turn);
    if (program.campaigns().isEmpty()) {
      return;
    }
    ReferralState before = turn.get(states);
    long now = turn.at().toEpochMilli();
    ReferralState after = Newness.afterEntry(program, before, entered, now);
    if (!after.equals(before)) {
      turn.set(states, after);
    }
    Bond bond = after.getBond();
    if (!bond.getInviterId().isEmpty()
        && bond.getEnteredMs() == 0
        && now >= bond.getAcceptedMs() - Newness.GRACE_MILLIS
        && now < bond.getEndsMs()) {
      enter(turn, entered.getRoomId());
    }
  }

  private void enter(Turn turn, String roomId) {
    ReferralState state = turn.get(states);
    Bond bond = state.getBond().toBuilder().setEnteredMs(turn.at().toEpochMilli()).build();
    turn.set(states, state.toBuilder().setBond(bond).build());
    if (campaign(turn).isPresent()) {
      turn.signal(new Referred(Referred.Step.ENTERED, roomId));
    }
    reachOnce(turn, InviteeStage.INVITEE_STAGE_ENTERED, 0, roomId);
  }

  private void watched(Turn turn, WatchCredited credited) {
    Optional<ReferralCampaign> campaign = campaign(turn);
    if (campaign.isEmpty()) {
      return;
    }
    Bond before = turn.get(states).getBond();
    long from = Timestamps.toMillis(credited.getStartedAt());
    boolean asksForMore =
        Campaigns.stays(campaign.get()).stream()
            .anyMatch(minutes ->
                !before
                    .getReachedList()
                    .contains(nameOf(InviteeStage.INVITEE_STAGE_STAYED, minutes)));
    if (!asksForMore || from < before.getEnteredMs() - Newness.GRACE_MILLIS) {
      return;
    }
    long watched = before.getWatchedMs() + credited.getCreditedMillis();
    setBond(turn, before.toBuilder().setWatchedMs(watched).build());
    for (int minutes : Campaigns.stays(campaign.get())) {
      if (watched >= minutes * MINUTE_MILLIS) {
        reachOnce(turn, InviteeStage.INVITEE_STAGE_STAYED, minutes, credited.getRoomId());
      }
    }
  }

  private void event(Turn turn, Event event) {
    if (event.getViewerId().isEmpty() || !STEPS.contains(event.getWhatCase())) {
      return;
    }
    if (event.hasOrdered()) {
      lookAtPayment(turn, event.getOrdered().getPaymentHash());
    }
    if (campaign(turn).isEmpty()
        || turn.at().toEpochMilli()
            < turn.get(states).getBond().getEnteredMs() - Newness.GRACE_MILLIS) {
      return;
    }
    switch (event.getWhatCase()) {
      case FOLLOWED -> reachOnce(turn, InviteeStage.INVITEE_STAGE_FOLLOWED, 0, event.getRoomId());
      case JOINED_GROUP ->
          reachOnce(turn, InviteeStage.INVITEE_STAGE_JOINED_GROUP, 0, event.getRoomId());
      case ORDERED -> ordered(turn, event.getOrdered(), event.getRoomId());
      default -> {}
    }
  }

  /** The same order is told once: who keeps orders passes over the others. */
  private void ordered(Turn turn, Ordered ordered, String roomId) {
    Bond before = turn.get(states).getBond();
    if (before.getOrdersCount() >= MAX_ORDERS) {
      return;
    }
    Bond bond = before.toBuilder().addOrders(ordered.getOrderId()).build();
    setBond(turn, bond);
    reach(
        turn,
        FriendReached.newBuilder()
            .setStage(InviteeStage.INVITEE_STAGE_ORDERED)
            .setOrderId(ordered.getOrderId())
            .setAmountMinor(ordered.getAmountMinor())
            .setOrderNumber(bond.getOrdersCount())
            .setRoomId(roomId));
  }

  /** Whoever pays as the inviter does is the inviter, and newcomers who pay alike are one. */
  private void lookAtPayment(Turn turn, String hash) {
    CompiledReferral program = CompiledReferral.of(turn);
    if (hash.isEmpty() || program.campaigns().isEmpty()) {
      return;
    }
    ReferralState state = turn.get(states);
    if (Identities.isPaymentKnown(state, hash)
        || (state.getInvitesCount() == 0 && state.getBond().getInviterId().isEmpty())) {
      return;
    }
    ReferralState learned =
        identities.learn(turn, state, IdentityHashes.newBuilder().setPayment(hash).build());
    Bond bond = learned.getBond();
    if (!bond.getInviterId().isEmpty()) {
      List<ReviewEvidence> evidence = new ArrayList<>();
      Recruit newcomer =
          Recruit.newBuilder()
              .setInviteeId(turn.viewer().viewerId())
              .setInviterId(bond.getInviterId())
              .setCampaignId(bond.getCampaignId())
              .setAtMs(turn.at().toEpochMilli())
              .build();
      evidence.addAll(identities.admitPayment(turn, newcomer, hash, program.rules().getGuard()));
      if (!identities.sameness(turn, learned, bond.getInviterId()).isEmpty()) {
        evidence.add(Identities.sign(ReviewSignal.REVIEW_SIGNAL_SAME_PERSON));
      }
      if (!evidence.isEmpty() && bond.getReview() == ReviewState.REVIEW_STATE_UNSPECIFIED) {
        learned =
            learned.toBuilder()
                .setBond(
                    bond.toBuilder()
                        .addAllEvidence(evidence)
                        .setReview(ReviewState.REVIEW_STATE_OPEN))
                .build();
      }
    }
    turn.set(states, learned);
  }

  private void refunded(Turn turn, OrderRefunded refunded) {
    if (CompiledReferral.of(turn).campaigns().isEmpty()) {
      return;
    }
    Bond bond = turn.get(states).getBond();
    if (bond.getOrdersList().contains(refunded.getOrderId())) {
      turn.followUp(
          bond.getInviterId(),
          turn.at(),
          FriendRefunded.newBuilder()
              .setInviteeId(turn.viewer().viewerId())
              .setOrderId(refunded.getOrderId())
              .setRefundId(refunded.getRefundId())
              .setRefundedMinor(refunded.getRefundedMinor())
              .setInFull(refunded.getInFull())
              .setLevel(1)
              .build());
    }
  }

  private void decided(Turn turn, FriendDecided decided) {
    Bond bond = turn.get(states).getBond();
    if (!bond.getInviterId().equals(decided.getInviterId())) {
      return;
    }
    setBond(
        turn,
        bond.toBuilder()
            .clearOwed()
            .clearOwedSteps()
            .setReview(
                decided.getApproved()
                    ? ReviewState.REVIEW_STATE_APPROVED
                    : ReviewState.REVIEW_STATE_REJECTED)
            .build());
    if (decided.getApproved()) {
      bond.getOwedList().forEach(owed -> Rewards.give(turn, owed.getReward(), owed.getCause()));
      bond.getOwedStepsList()
          .forEach(reached -> turn.followUp(bond.getInviterId(), turn.at(), reached));
    } else {
      bond.getSecondLevelIdsList().forEach(friend -> rejectSecondLevel(turn, friend, decided));
    }
  }

  /** Who came by a cheat pays nobody who had invited the cheat. */
  private static void rejectSecondLevel(Turn turn, String friendId, FriendDecided decided) {
    turn.followUp(
        decided.getInviterId(),
        turn.at(),
        FriendReviewed.newBuilder()
            .setInviteeId(friendId)
            .setReview(ReviewState.REVIEW_STATE_REJECTED)
            .setDecidedBy(decided.getDecidedBy())
            .setNote(decided.getNote())
            .build());
  }

  /** Adds up what invitees are given. */
  private void booked(Turn turn, PointsBooked booked) {
    ReferralCause cause = booked.getCause().getReferral();
    boolean earned =
        booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED
            || booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING;
    if (earned && booked.getCause().hasReferral() && cause.getLevel() == 0) {
      figures.add(
          turn,
          cause.getCampaignId(),
          turn.get(states).getBond().getChannel(),
          ReferralFigures.POINTS_FIELD_NUMBER,
          booked.getAmount());
    }
  }

  private void reachOnce(Turn turn, InviteeStage stage, int minutes, String roomId) {
    Bond bond = turn.get(states).getBond();
    String name = nameOf(stage, minutes);
    if (bond.getReachedList().contains(name)) {
      return;
    }
    setBond(turn, bond.toBuilder().addReached(name).build());
    if (stage == InviteeStage.INVITEE_STAGE_FOLLOWED) {
      turn.signal(new Referred(Referred.Step.FOLLOWED, roomId));
    }
    reach(turn, FriendReached.newBuilder().setStage(stage).setMinutes(minutes).setRoomId(roomId));
  }

  /** Gives the invitee what is due, and tells whoever invited. */
  private void reach(Turn turn, FriendReached.Builder reached) {
    Optional<ReferralCampaign> campaign = campaign(turn);
    if (campaign.isEmpty()) {
      return;
    }
    for (ReferralRule rule :
        Campaigns.rulesOf(campaign.get(), reached.getStage(), reached.getMinutes())) {
      if (reached.getOrderNumber() <= rule.getOrders()) {
        rule.getInviteeList().forEach(reward -> give(turn, rule, reward, reached.getOrderId()));
      }
    }
    Bond bond = turn.get(states).getBond();
    turn.followUp(
        bond.getInviterId(),
        turn.at(),
        reached
            .setInviteeId(turn.viewer().viewerId())
            .setCampaignId(bond.getCampaignId())
            .setAtMs(turn.at().toEpochMilli())
            .setAcceptedMs(bond.getAcceptedMs())
            .setChannel(bond.getChannel())
            .addAllEvidence(bond.getEvidenceList())
            .setLevel(1)
            .build());
  }

  private void give(Turn turn, ReferralRule rule, Reward reward, String orderId) {
    Bond bond = turn.get(states).getBond();
    Cause cause =
        Cause.newBuilder()
            .setReferral(
                ReferralCause.newBuilder()
                    .setCampaignId(bond.getCampaignId())
                    .setRuleId(rule.getId())
                    .setOrderId(orderId))
            .setOrderId(orderId)
            .build();
    switch (bond.getReview()) {
      case REVIEW_STATE_OPEN ->
          setBond(
              turn,
              bond.toBuilder()
                  .addOwed(OwedReward.newBuilder().setReward(reward).setCause(cause))
                  .build());
      case REVIEW_STATE_REJECTED -> {}
      default -> Rewards.give(turn, reward, cause);
    }
  }

  /**
   * The campaign by which the viewer came and entered; empty: none, or the program has it no more.
   */
  private Optional<ReferralCampaign> campaign(Turn turn) {
    CompiledReferral program = CompiledReferral.of(turn);
    if (program.campaigns().isEmpty()) {
      return Optional.empty();
    }
    Bond bond = turn.get(states).getBond();
    return bond.getEnteredMs() == 0 ? Optional.empty() : program.campaign(bond.getCampaignId());
  }

  private void setBond(Turn turn, Bond bond) {
    turn.set(states, turn.get(states).toBuilder().setBond(bond).build());
  }

  private static String nameOf(InviteeStage stage, int minutes) {
    return minutes == 0 ? String.valueOf(stage.getNumber()) : stage.getNumber() + ":" + minutes;
  }
}
