package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Collections2;
import com.google.common.collect.ImmutableList;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.AlreadyTold;
import io.flywheel.engine.Facts;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CreateInviteResponse;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.ExperienceReward;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ReferralCause;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewSignal;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.SharedThing;
import io.flywheel.v1.StepState;
import io.flywheel.v1.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Referral through all of the service's rules, in memory, against models written by hand. */
final class ReferralModelTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final String MERCHANT = "shop";
  private static final String ROOM = "room";

  private static final String PROGRAM =
      """
      name: referral
      points: {refund_policy: debt}
      referral:
        campaigns:
          - id: friends
            title: friends
            levels: 2
            rules:
              - {id: come, on: entered, inviter: [{points: 7}], second_level: [{points: 3}]}
              - id: buy
                on: ordered
                inviter: [{points: 100}, {experience: 40}]
                points_per_100_minor: 5
                second_level: [{points: 20}]
      """;

  private final RecordingTurn turn = turn(PROGRAM);
  private Instant at = NOON;
  private int events;

  @Test
  void everyOrderOfOrderAndRefundsComesToWhatTheModelSays() {
    for (List<Integer> steps : Collections2.permutations(List.of(0, 300, 450, 900))) {
      String anna = "anna" + events;
      String ben = "ben" + events;
      String cleo = "cleo" + events;
      come(ben, invite(anna));
      come(cleo, invite(ben));
      boolean told = false;
      long refunded = 0;
      for (int step : steps) {
        told |= step == 0;
        refunded = Math.min(1_000, refunded + step);
        tellTwice(cleo, step == 0 ? ordered("o1", 1_000) : refunded("r" + step, step));
        long keeps = told ? 1_000 - refunded : 0;
        assertThat(points(ben))
            .as("%s: the inviter after %s", steps, step)
            .isEqualTo(7 + rest(100, keeps, told) + rest(50, keeps, told));
        assertThat(experience(ben)).as("%s after %s", steps, step).isEqualTo(rest(40, keeps, told));
        assertThat(points(anna))
            .as("%s: the inviter's inviter after %s", steps, step)
            .isEqualTo(7 + 3 + rest(20, keeps, told));
      }
    }
  }

  @Test
  void whatWasTakenBackForAnotherReasonIsNotTakenBackByARefund() {
    come("ben", invite("anna"));
    turn.setViewer(new ViewerKey(MERCHANT, "anna"));
    Reward.Builder much =
        Reward.newBuilder().setExperience(ExperienceReward.newBuilder().setAmount(1_000));
    turn.run(at, Facts.of(RewardGiven.newBuilder().setReward(much).build()).build());
    tell("ben", ordered("o1", 1_000));
    assertThat(experience("anna")).isEqualTo(1_040);
    Reward.Builder part =
        Reward.newBuilder().setExperience(ExperienceReward.newBuilder().setAmount(30));
    ReferralCause.Builder cause =
        ReferralCause.newBuilder()
            .setCampaignId("friends")
            .setInviteeId("ben")
            .setRuleId("buy")
            .setOrderId("o1")
            .setLevel(1);
    turn.run(
        at,
        Facts.of(
                RewardRevoked.newBuilder()
                    .setPart(part)
                    .setCause(Cause.newBuilder().setReferral(cause))
                    .setPolicy(RefundPolicy.REFUND_POLICY_DEBT)
                    .setNumber(2)
                    .setReason(Cause.newBuilder().setAdjustment(AdjustmentCause.newBuilder()))
                    .build())
            .build());
    assertThat(experience("anna")).isEqualTo(1_010);
    tell("ben", refunded("r1", 1_000));
    assertThat(experience("anna")).as("what was left of it").isEqualTo(1_000);
  }

  /** What is left of a reward: taken back is rounded down. */
  private static long rest(long reward, long keeps, boolean told) {
    return told ? reward - reward * (1_000 - keeps) / 1_000 : 0;
  }

  @Test
  void whatAnInviterIsToldMayComeInAnyOrder() {
    FriendReached.Builder reached =
        FriendReached.newBuilder()
            .setInviteeId("ben")
            .setCampaignId("friends")
            .setAtMs(NOON.toEpochMilli())
            .setAcceptedMs(NOON.toEpochMilli())
            .setLevel(1);
    List<Message> told =
        List.of(
            FriendCame.newBuilder()
                .setInviteeId("ben")
                .setCampaignId("friends")
                .setAtMs(NOON.toEpochMilli())
                .build(),
            reached.clone().setStage(InviteeStage.INVITEE_STAGE_ENTERED).build(),
            reached
                .clone()
                .setStage(InviteeStage.INVITEE_STAGE_ORDERED)
                .setOrderId("o1")
                .setOrderNumber(1)
                .setAmountMinor(1_000)
                .build(),
            refund(300, false),
            refund(600, false));
    for (List<Message> order : Collections2.permutations(told)) {
      String anna = "anna" + ++events;
      turn.setViewer(new ViewerKey(MERCHANT, anna));
      order.forEach(each -> turn.run(at, each));
      FriendState ben =
          turn.get(instance(FriendSlice.class), new FriendKey(turn.viewer(), 1, "ben"));
      assertThat(points(anna)).as("%s", order).isEqualTo(7 + 40 + 20);
      assertThat(ben.getStage()).isEqualTo(InviteeStage.INVITEE_STAGE_ORDERED);
      assertThat(ben.getStepsList()).allMatch(StepRecord::getTold);
      assertThat(
              turn.get(instance(SharerSlice.class), new SharerSlice.Key(turn.viewer(), "friends")))
          .isEqualTo(new SharerSlice.Tally(1, 1, 1, 7 + 40 + 20, 0, 0, 0, 0));
    }
  }

  private static Message refund(long minor, boolean inFull) {
    return FriendRefunded.newBuilder()
        .setInviteeId("ben")
        .setOrderId("o1")
        .setRefundId("r" + minor)
        .setRefundedMinor(minor)
        .setInFull(inFull)
        .setLevel(1)
        .build();
  }

  @Test
  void whoeverAcceptsWhateverInvitesNobodyHasTwoInvitersOrInvitesInACircle() {
    Random random = new Random(7);
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      people.add("p" + i);
    }
    Map<String, String> codes = new HashMap<>();
    Map<String, String> inviterOf = new HashMap<>();
    int circles = 0;
    for (int i = 0; i < 1_000; i++) {
      String invitee = people.get(random.nextInt(people.size()));
      String inviter = people.get(random.nextInt(people.size()));
      String code = codes.computeIfAbsent(inviter, this::invite);
      InviteRefusal refusal = accept(invitee, code).getRefusal();
      InviteRefusal expected = expected(inviterOf, invitee, inviter);
      assertThat(refusal).as("%s by %s", invitee, inviter).isEqualTo(expected);
      circles += refusal == InviteRefusal.INVITE_REFUSAL_CIRCLE ? 1 : 0;
      if (refusal == InviteRefusal.INVITE_REFUSAL_UNSPECIFIED) {
        inviterOf.put(invitee, inviter);
      }
    }
    assertThat(circles).as("that the test met circles").isPositive();
    assertThat(inviterOf).hasSizeGreaterThan(10);
  }

  private static InviteRefusal expected(
      Map<String, String> inviterOf, String invitee, String inviter) {
    if (invitee.equals(inviter)) {
      return InviteRefusal.INVITE_REFUSAL_OWN_INVITE;
    } else if (inviterOf.containsKey(invitee)) {
      return inviterOf.get(invitee).equals(inviter)
          ? InviteRefusal.INVITE_REFUSAL_UNSPECIFIED
          : InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER;
    }
    String ancestor = inviter;
    while (inviterOf.containsKey(ancestor)) {
      ancestor = inviterOf.get(ancestor);
    }
    return ancestor.equals(invitee)
        ? InviteRefusal.INVITE_REFUSAL_CIRCLE
        : InviteRefusal.INVITE_REFUSAL_UNSPECIFIED;
  }

  @Test
  void theLastTouchBeforeTheEntryCountsWhereTheCampaignSaysSo() {
    turn.setProgram(
        program(PROGRAM.replace("levels: 2", "levels: 2\n      attribution: last_touch")));
    String anna = invite("anna");
    String ben = invite("ben");
    assertThat(accept("cleo", anna).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    assertThat(accept("cleo", ben).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    enter("cleo");
    assertThat(points("anna")).isZero();
    assertThat(points("ben")).isEqualTo(7);
    assertThat(accept("cleo", anna).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER);
  }

  @Test
  void aHeldRewardIsPaidWhenTheHoldEndsUnlessTheOrderWasRefunded() {
    turn.setProgram(program(PROGRAM.replace("on: ordered", "on: ordered\n          hold: 7d")));
    come("ben", invite("anna"));
    come("cleo", invite("anna"));
    tellTwice("ben", ordered("o1", 1_000));
    tellTwice("cleo", ordered("o2", 1_000));
    tellTwice("cleo", refunded("r1", 1_000).toBuilder().setRefunded(refundOf("o2", 1_000)).build());
    assertThat(points("anna")).isEqualTo(14);
    at = at.plus(Duration.ofDays(8));
    turn.settle(at);
    assertThat(points("anna")).isEqualTo(14 + 150);
    turn.setViewer(new ViewerKey(MERCHANT, "anna"));
    FriendState cleo =
        turn.get(instance(FriendSlice.class), new FriendKey(turn.viewer(), 1, "cleo"));
    assertThat(cleo.getSteps(1).getPayments(0).getState())
        .isEqualTo(StepState.STEP_STATE_TAKEN_BACK);
  }

  @Test
  void capsHoldADayAndInAll() {
    turn.setProgram(
        program(PROGRAM.replace("on: entered,", "on: entered, per_day: 2, in_all: 3,")));
    String code = invite("anna");
    for (int i = 0; i < 3; i++) {
      come("a" + i, code);
    }
    assertThat(points("anna")).as("two a day").isEqualTo(14);
    at = at.plus(Duration.ofDays(1));
    for (int i = 0; i < 2; i++) {
      come("b" + i, code);
    }
    assertThat(points("anna")).as("three in all").isEqualTo(21);
  }

  @Test
  void whatIsToldLateGivesBackNothingOfADaysCap() {
    turn.setProgram(program(PROGRAM.replace("on: entered,", "on: entered, per_day: 2,")));
    String code = invite("anna");
    at = NOON.plus(Duration.ofDays(1));
    come("a1", code);
    come("a2", code);
    at = NOON;
    come("late", code);
    at = NOON.plus(Duration.ofDays(1));
    come("a3", code);
    assertThat(points("anna")).isEqualTo(2 * 7);
  }

  @Test
  void whoOnlyLooksInPaysOnceTheyHaveTakenPart() {
    turn.setProgram(
        program(PROGRAM.replace("on: entered,", "on: entered, hold: 1d, once_active: true,")));
    String code = invite("anna");
    come("ben", code);
    come("cleo", code);
    at = at.plus(Duration.ofMinutes(1));
    watch("cleo", Duration.ofSeconds(50));
    assertThat(entry("cleo").getState()).isEqualTo(StepState.STEP_STATE_HELD);
    at = at.plus(Duration.ofDays(1));
    turn.settle(at);
    assertThat(points("anna")).isZero();
    assertThat(entry("cleo").getState()).isEqualTo(StepState.STEP_STATE_WAITING);
    watch("cleo", Duration.ofSeconds(10));
    assertThat(points("anna")).as("a minute in all").isEqualTo(7);
    assertThat(entry("ben").getState()).isEqualTo(StepState.STEP_STATE_WAITING);
  }

  @Test
  void aRushOfNewcomersWaitsWholeAndAStreamOfThemDoesNot() {
    turn.setProgram(
        program(
            PROGRAM.replace("  campaigns:", "  guard: {newcomers_per_minute: 3}\n  campaigns:")));
    String rush = invite("anna");
    String stream = invite("dora");
    for (int i = 0; i < 5; i++) {
      come("early" + i, stream);
      at = at.plus(Duration.ofMinutes(2));
    }
    for (int i = 0; i < 4; i++) {
      come("late" + i, stream);
      come("script" + i, rush);
    }
    turn.setViewer(new ViewerKey(MERCHANT, "anna"));
    for (int i = 0; i < 4; i++) {
      FriendState script =
          turn.get(instance(FriendSlice.class), new FriendKey(turn.viewer(), 1, "script" + i));
      assertThat(script.getReview()).as("script%d", i).isEqualTo(ReviewState.REVIEW_STATE_OPEN);
      assertThat(script.getEvidence(0).getSignal()).isEqualTo(ReviewSignal.REVIEW_SIGNAL_RUSH);
      assertThat(script.getEvidence(0).getViewerIdsList())
          .containsExactly("script0", "script1", "script2", "script3");
    }
    assertThat(points("anna")).as("what was paid stays until the decision").isEqualTo(3 * 7);
    assertThat(points("dora")).isEqualTo(9 * 7);
  }

  @Test
  void whatTheMerchantFindsOfAFriendHoldsForTheSecondLevelToo() {
    come("ben", invite("anna"));
    String code = invite("ben");
    come("cleo", code);
    come("dora", code);
    assertThat(points("anna")).isEqualTo(7 + 3 + 3);
    suspect("cleo");
    suspect("dora");
    decide("ben", "cleo", false);
    decide("ben", "dora", true);
    assertThat(points("anna")).as("one was a cheat").isEqualTo(7 + 3);

    turn.setProgram(program(PROGRAM.replace("on: entered,", "on: entered, hold: 1d,")));
    come("eve", code);
    suspect("eve");
    at = at.plus(Duration.ofDays(2));
    turn.settle(at);
    assertThat(points("anna")).as("it waits for the decision").isEqualTo(7 + 3);
    decide("ben", "eve", true);
    assertThat(points("anna")).isEqualTo(7 + 3 + 3);
  }

  @Test
  void friendsOfWhoIsLookedAtPayTheSecondLevelOnceThatIsDecided() {
    for (boolean approve : List.of(true, false)) {
      String anna = "anna" + approve;
      String ben = "ben" + approve;
      come(ben, invite(anna));
      ViewerKey viewer = new ViewerKey(MERCHANT, ben);
      turn.setViewer(viewer);
      ReferralState state = turn.get(instance(ReferralStateSlice.class), viewer);
      turn.restore(
          instance(ReferralStateSlice.class),
          viewer,
          state.toBuilder()
              .setBond(state.getBond().toBuilder().setReview(ReviewState.REVIEW_STATE_OPEN))
              .build());
      come("cleo" + approve, invite(ben));
      assertThat(points(anna)).isEqualTo(7);
      turn.setViewer(viewer);
      turn.run(at, FriendDecided.newBuilder().setInviterId(anna).setApproved(approve).build());
      turn.settle(at);
      assertThat(points(anna)).isEqualTo(approve ? 7 + 3 : 7);
    }
  }

  @Test
  void whatCameByACheatIsTakenBackFromWhoeverInvitedTheCheat() {
    come("ben", invite("anna"));
    String code = invite("ben");
    come("cleo", code);
    come("dora", code);
    assertThat(points("anna")).isEqualTo(7 + 3 + 3);
    turn.setViewer(new ViewerKey(MERCHANT, "anna"));
    turn.run(
        at,
        FriendSuspected.newBuilder()
            .setInviteeId("ben")
            .addEvidence(Identities.sign(ReviewSignal.REVIEW_SIGNAL_SAME_PERSON))
            .build());
    turn.settle(at);
    decide("anna", "ben", false);
    assertThat(points("anna")).isZero();
    assertThat(points("ben"))
        .as("who knew nothing of it, or did: their friends came")
        .isEqualTo(14);
  }

  @Test
  void whoComesByManyNetworksIsStillKnownByTheDevice() {
    String code = invite("anna");
    for (int i = 0; i < 40; i++) {
      identify("anna", IdentityHashes.newBuilder().setNetwork("network-" + i).build());
    }
    identify("anna", IdentityHashes.newBuilder().setDevice("phone").build());
    turn.setViewer(new ViewerKey(MERCHANT, "ben"));
    turn.run(
        at,
        new InviteReactor.Accept(code, "", IdentityHashes.newBuilder().setDevice("phone").build()));
    turn.settle(at);
    turn.setViewer(new ViewerKey(MERCHANT, "anna"));
    assertThat(
            turn.get(instance(FriendSlice.class), new FriendKey(turn.viewer(), 1, "ben"))
                .getEvidenceList())
        .extracting(ReviewEvidence::getSignal)
        .contains(ReviewSignal.REVIEW_SIGNAL_SAME_DEVICE);
    assertThat(turn.get(instance(ReferralStateSlice.class)).getIdentitiesList())
        .hasSize(9)
        .contains("device:phone", "network:network-39", "network:network-32");
  }

  private void identify(String viewerId, IdentityHashes identity) {
    turn.setViewer(new ViewerKey(MERCHANT, viewerId));
    turn.run(
        at,
        new InviteReactor.Create(
            "",
            SharedThing.getDefaultInstance(),
            ROOM,
            identity,
            ImmutableList.of("CODE%04d".formatted(++events))));
  }

  private void suspect(String inviteeId) {
    turn.setViewer(new ViewerKey(MERCHANT, "ben"));
    turn.run(
        at,
        FriendSuspected.newBuilder()
            .setInviteeId(inviteeId)
            .addEvidence(Identities.sign(ReviewSignal.REVIEW_SIGNAL_SAME_PERSON))
            .build());
    turn.settle(at);
  }

  private void decide(String inviterId, String inviteeId, boolean approve) {
    turn.setViewer(new ViewerKey(MERCHANT, inviterId));
    turn.run(at, new InviterReactor.Decide(inviteeId, approve, "looked at", "owner"));
    turn.settle(at);
  }

  private RulePayment entry(String viewerId) {
    turn.setViewer(new ViewerKey(MERCHANT, "anna"));
    return turn.get(instance(FriendSlice.class), new FriendKey(turn.viewer(), 1, viewerId))
        .getSteps(0)
        .getPayments(0);
  }

  private void watch(String viewerId, Duration time) {
    tell(
        viewerId,
        Event.newBuilder()
            .setWatched(
                Watched.newBuilder()
                    .setStartedAt(Timestamps.fromMillis(at.minus(time).toEpochMilli()))
                    .setEndedAt(Timestamps.fromMillis(at.toEpochMilli())))
            .build());
  }

  private String invite(String viewerId) {
    identify(viewerId, IdentityHashes.getDefaultInstance());
    return turn.answer(CreateInviteResponse.class).getInvite().getCode();
  }

  private AcceptInviteResponse accept(String viewerId, String code) {
    turn.setViewer(new ViewerKey(MERCHANT, viewerId));
    turn.run(at, new InviteReactor.Accept(code, "", IdentityHashes.getDefaultInstance()));
    AcceptInviteResponse answer = turn.answer(AcceptInviteResponse.class);
    turn.settle(at);
    return answer;
  }

  private void come(String viewerId, String code) {
    assertThat(accept(viewerId, code).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    enter(viewerId);
  }

  private void enter(String viewerId) {
    tell(viewerId, Event.newBuilder().setEntered(Entered.getDefaultInstance()).build());
  }

  private void tellTwice(String viewerId, Event event) {
    tell(viewerId, event);
    boolean duplicate = false;
    try {
      tell(viewerId, event);
    } catch (AlreadyTold e) {
      duplicate = true;
    }
    assertThat(duplicate).isTrue();
  }

  private void tell(String viewerId, Event what) {
    turn.setViewer(new ViewerKey(MERCHANT, viewerId));
    turn.run(
        at,
        what.toBuilder()
            .setEventId("e" + ++events)
            .setViewerId(viewerId)
            .setRoomId(ROOM)
            .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
            .build());
    turn.settle(at);
  }

  private long points(String viewerId) {
    turn.setViewer(new ViewerKey(MERCHANT, viewerId));
    return turn.profileNow().getPoints();
  }

  private long experience(String viewerId) {
    turn.setViewer(new ViewerKey(MERCHANT, viewerId));
    return turn.profileNow().getExperience();
  }

  private static Event ordered(String orderId, long minor) {
    return Event.newBuilder()
        .setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(minor))
        .build();
  }

  private static Event refunded(String refundId, long minor) {
    return Event.newBuilder()
        .setRefunded(refundOf("o1", minor).toBuilder().setRefundId(refundId))
        .build();
  }

  private static Refunded refundOf(String orderId, long minor) {
    return Refunded.newBuilder()
        .setOrderId(orderId)
        .setRefundId("r" + minor)
        .setAmountMinor(minor)
        .build();
  }

  private static <T> T instance(Class<T> type) {
    return TestPrograms.instance(type);
  }

  private static RecordingTurn turn(String program) {
    return new RecordingTurn(
        program(program), new ViewerKey(MERCHANT, "nobody"), TestPrograms.reactors());
  }

  private static CompiledProgram program(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }
}
