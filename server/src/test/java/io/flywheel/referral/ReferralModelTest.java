package io.flywheel.referral;

import static io.flywheel.referral.ReferralWorld.NOON;
import static io.flywheel.referral.ReferralWorld.device;
import static io.flywheel.referral.ReferralWorld.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.collect.Collections2;
import com.google.protobuf.Message;
import io.flywheel.engine.AlreadyTold;
import io.flywheel.engine.Facts;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Event;
import io.flywheel.v1.ExperienceReward;
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
import io.flywheel.v1.StepState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Referral through all of the service's rules, in memory, against models written by hand. */
final class ReferralModelTest {
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

  private final ReferralWorld world = new ReferralWorld(PROGRAM);

  @Test
  void everyOrderOfOrderAndRefundsComesToWhatTheModelSays() {
    int order = 0;
    for (List<Integer> steps : Collections2.permutations(List.of(0, 300, 450, 900))) {
      String anna = "anna" + ++order;
      String ben = "ben" + order;
      String cleo = "cleo" + order;
      world.come(ben, world.invite(anna));
      world.come(cleo, world.invite(ben));
      boolean told = false;
      long refunded = 0;
      for (int step : steps) {
        told |= step == 0;
        refunded = Math.min(1_000, refunded + step);
        tellTwice(cleo, step == 0 ? ordered("o1", 1_000) : refunded("o1", "r" + step, step));
        long keeps = told ? 1_000 - refunded : 0;
        assertThat(world.points(ben))
            .as("%s: the inviter after %s", steps, step)
            .isEqualTo(7 + rest(100, keeps, told) + rest(50, keeps, told));
        assertThat(world.experience(ben))
            .as("%s after %s", steps, step)
            .isEqualTo(rest(40, keeps, told));
        assertThat(world.points(anna))
            .as("%s: the inviter's inviter after %s", steps, step)
            .isEqualTo(7 + 3 + rest(20, keeps, told));
      }
    }
  }

  @Test
  void whatWasTakenBackForAnotherReasonIsNotTakenBackByARefund() {
    world.come("ben", world.invite("anna"));
    Reward.Builder much =
        Reward.newBuilder().setExperience(ExperienceReward.newBuilder().setAmount(1_000));
    world.run("anna", Facts.of(RewardGiven.newBuilder().setReward(much).build()).build());
    world.tell("ben", ordered("o1", 1_000).toBuilder());
    assertThat(world.experience("anna")).isEqualTo(1_040);
    Reward.Builder part =
        Reward.newBuilder().setExperience(ExperienceReward.newBuilder().setAmount(30));
    ReferralCause.Builder cause =
        ReferralCause.newBuilder()
            .setCampaignId("friends")
            .setInviteeId("ben")
            .setRuleId("buy")
            .setOrderId("o1")
            .setLevel(1);
    world.run(
        "anna",
        Facts.of(
                RewardRevoked.newBuilder()
                    .setPart(part)
                    .setCause(Cause.newBuilder().setReferral(cause))
                    .setPolicy(RefundPolicy.REFUND_POLICY_DEBT)
                    .setNumber(2)
                    .setReason(Cause.newBuilder().setAdjustment(AdjustmentCause.newBuilder()))
                    .build())
            .build());
    assertThat(world.experience("anna")).isEqualTo(1_010);
    world.tell("ben", refunded("o1", "r1", 1_000).toBuilder());
    assertThat(world.experience("anna")).as("what was left of it").isEqualTo(1_000);
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
    int number = 0;
    for (List<Message> order : Collections2.permutations(told)) {
      String anna = "anna" + ++number;
      order.forEach(each -> world.run(anna, each));
      FriendState ben = world.friend(anna, "ben");
      assertThat(world.points(anna)).as("%s", order).isEqualTo(7 + 40 + 20);
      assertThat(ben.getStage()).isEqualTo(InviteeStage.INVITEE_STAGE_ORDERED);
      assertThat(ben.getStepsList()).allMatch(StepRecord::getTold);
      assertThat(world.tally(anna))
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
      String code = codes.computeIfAbsent(inviter, world::invite);
      InviteRefusal refusal = world.accept(invitee, code).getRefusal();
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
  void whatIsToldLateGivesBackNothingOfADaysCap() {
    world.apply(PROGRAM.replace("on: entered,", "on: entered, per_day: 2,"));
    String code = world.invite("anna");
    world.setAt(NOON.plus(Duration.ofDays(1)));
    world.come("a1", code);
    world.come("a2", code);
    world.setAt(NOON);
    world.come("late", code);
    world.setAt(NOON.plus(Duration.ofDays(1)));
    world.come("a3", code);
    assertThat(world.points("anna")).isEqualTo(2 * 7);
  }

  @Test
  void whoOnlyLooksInPaysOnceTheyHaveTakenPart() {
    world.apply(PROGRAM.replace("on: entered,", "on: entered, hold: 1d, once_active: true,"));
    String code = world.invite("anna");
    world.come("ben", code);
    world.come("cleo", code);
    world.pass(Duration.ofMinutes(1));
    world.watch("cleo", Duration.ofSeconds(50));
    assertThat(entry("cleo").getState()).isEqualTo(StepState.STEP_STATE_HELD);
    world.pass(Duration.ofDays(1));
    assertThat(world.points("anna")).isZero();
    assertThat(entry("cleo").getState()).isEqualTo(StepState.STEP_STATE_WAITING);
    world.watch("cleo", Duration.ofSeconds(10));
    assertThat(world.points("anna")).as("a minute in all").isEqualTo(7);
    assertThat(entry("ben").getState()).isEqualTo(StepState.STEP_STATE_WAITING);
  }

  @Test
  void aRushOfNewcomersWaitsWholeAndAStreamOfThemDoesNot() {
    world.apply(
        PROGRAM.replace("  campaigns:", "  guard: {newcomers_per_minute: 3}\n  campaigns:"));
    String rush = world.invite("anna");
    String stream = world.invite("dora");
    for (int i = 0; i < 5; i++) {
      world.come("early" + i, stream);
      world.pass(Duration.ofMinutes(2));
    }
    for (int i = 0; i < 4; i++) {
      world.come("late" + i, stream);
      world.come("script" + i, rush);
    }
    for (int i = 0; i < 4; i++) {
      FriendState script = world.friend("anna", "script" + i);
      assertThat(script.getReview()).as("script%d", i).isEqualTo(ReviewState.REVIEW_STATE_OPEN);
      assertThat(script.getEvidence(0).getSignal()).isEqualTo(ReviewSignal.REVIEW_SIGNAL_RUSH);
      assertThat(script.getEvidence(0).getViewerIdsList())
          .containsExactly("script0", "script1", "script2", "script3");
    }
    assertThat(world.points("anna")).as("what was paid stays until the decision").isEqualTo(3 * 7);
    assertThat(world.points("dora")).isEqualTo(9 * 7);
  }

  @Test
  void whatTheMerchantFindsOfAFriendHoldsForTheSecondLevelToo() {
    world.come("ben", world.invite("anna"));
    String code = world.invite("ben");
    world.come("cleo", code);
    world.come("dora", code);
    assertThat(world.points("anna")).isEqualTo(7 + 3 + 3);
    world.suspect("ben", "cleo");
    world.suspect("ben", "dora");
    world.decide("ben", "cleo", false);
    world.decide("ben", "dora", true);
    assertThat(world.points("anna")).as("one was a cheat").isEqualTo(7 + 3);

    world.apply(PROGRAM.replace("on: entered,", "on: entered, hold: 1d,"));
    world.come("eve", code);
    world.suspect("ben", "eve");
    world.pass(Duration.ofDays(2));
    assertThat(world.points("anna")).as("it waits for the decision").isEqualTo(7 + 3);
    world.decide("ben", "eve", true);
    assertThat(world.points("anna")).isEqualTo(7 + 3 + 3);
  }

  @Test
  void friendsOfWhoIsLookedAtPayTheSecondLevelOnceThatIsDecided() {
    for (boolean approve : List.of(true, false)) {
      String anna = "anna" + approve;
      String ben = "ben" + approve;
      world.come(ben, world.invite(anna));
      ReferralState state = world.state(ben);
      world.restore(
          ben,
          state.toBuilder()
              .setBond(state.getBond().toBuilder().setReview(ReviewState.REVIEW_STATE_OPEN))
              .build());
      world.come("cleo" + approve, world.invite(ben));
      assertThat(world.points(anna)).isEqualTo(7);
      world.leave(ben, FriendDecided.newBuilder().setInviterId(anna).setApproved(approve).build());
      assertThat(world.points(anna)).isEqualTo(approve ? 7 + 3 : 7);
    }
  }

  @Test
  void whatCameByACheatIsTakenBackFromWhoeverInvitedTheCheat() {
    world.come("ben", world.invite("anna"));
    String code = world.invite("ben");
    world.come("cleo", code);
    world.come("dora", code);
    assertThat(world.points("anna")).isEqualTo(7 + 3 + 3);
    world.suspect("anna", "ben");
    world.decide("anna", "ben", false);
    assertThat(world.points("anna")).isZero();
    assertThat(world.points("ben"))
        .as("who knew nothing of it, or did: their friends came")
        .isEqualTo(14);
    FriendState cleo = world.friend("anna", 2, "cleo");
    assertThat(cleo.getCampaignId()).as("it is known already").isEqualTo("friends");
    assertThat(cleo.getDecidedBy()).isEqualTo("owner");
    assertThat(cleo.getNote()).isEqualTo("looked at");
  }

  @Test
  void whoComesByManyNetworksIsStillKnownByTheDevice() {
    String code = world.invite("anna");
    for (int i = 0; i < 40; i++) {
      world.invite("anna", network("network-" + i));
    }
    world.invite("anna", device("phone"));
    world.accept("ben", code, device("phone"));
    assertThat(world.friend("anna", "ben").getEvidenceList())
        .extracting(ReviewEvidence::getSignal)
        .contains(ReviewSignal.REVIEW_SIGNAL_SAME_DEVICE);
    assertThat(world.state("anna").getIdentitiesList())
        .hasSize(9)
        .contains("device:phone", "network:network-39", "network:network-32");
  }

  private RulePayment entry(String viewerId) {
    return world.friend("anna", viewerId).getSteps(0).getPayments(0);
  }

  private void tellTwice(String viewerId, Event event) {
    world.tell(viewerId, event.toBuilder());
    assertThat(catchThrowable(() -> world.tell(viewerId, event.toBuilder())))
        .isInstanceOf(AlreadyTold.class);
  }

  private static Event ordered(String orderId, long minor) {
    return Event.newBuilder()
        .setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(minor))
        .build();
  }

  private static Event refunded(String orderId, String refundId, long minor) {
    return Event.newBuilder()
        .setRefunded(
            Refunded.newBuilder().setOrderId(orderId).setRefundId(refundId).setAmountMinor(minor))
        .build();
  }
}
