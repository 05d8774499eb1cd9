package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.InviteeStep;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.StepState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What invitees' steps pay the inviter: when, how often, and what is taken back; in memory. */
final class PaymentsTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private static final String PROGRAM =
      """
      name: payments
      points: {refund_policy: within_balance}
      referral:
        campaigns:
          - id: friends
            title: 邀请
            levels: 2
            rules:
              - {id: come, on: entered, inviter: [{points: 100}], second_level: [{points: 10}]}
              - {id: fan, on: followed, inviter: [{points: 1}]}
              - {id: buy, on: ordered, orders: 2, points_per_100_minor: 1000, inviter: [{experience: 40}]}
      """;

  private ReferralWorld world = new ReferralWorld(PROGRAM);

  @Test
  void ordersPayByWholeHundredsUpToAMillionPoints() {
    world.come("ben", world.invite("anna"));
    world.order("ben", "o1", 199);
    assertThat(world.points("anna")).isEqualTo(100 + 1_000);
    world.order("ben", "o2", 200_000);
    assertThat(world.points("anna")).as("the most").isEqualTo(1_100 + 1_000_000);
    world.order("ben", "o3", 1_000);
    assertThat(world.points("anna")).as("the third pays nothing").isEqualTo(1_001_100);
    assertThat(world.friend("anna", "ben").getSteps(3).getPaymentsList()).isEmpty();
  }

  @Test
  void anOrderOfLessThanAHundredIsWorthNoPayment() {
    world = new ReferralWorld(PROGRAM.replace("1000, inviter: [{experience: 40}]", "1000"));
    world.come("ben", world.invite("anna"));
    world.order("ben", "o1", 99);
    assertThat(world.friend("anna", "ben").getSteps(1).getPaymentsList()).isEmpty();
    world.order("ben", "o2", 100);
    assertThat(world.points("anna")).isEqualTo(100 + 1_000);
  }

  @Test
  void capsHoldADayOfTheProgramAndInAllForEachRuleAndLevelByItself() {
    world =
        new ReferralWorld(PROGRAM.replace("on: entered,", "on: entered, per_day: 2, in_all: 3,"));
    String anna = world.invite("anna");
    for (int i = 0; i < 3; i++) {
      world.come("a" + i, anna);
      world.follow("a" + i);
    }
    assertThat(world.points("anna")).as("two of three, and all who follow").isEqualTo(203);
    assertThat(world.shown("anna", "a2").getStepsList())
        .extracting(InviteeStep::getState)
        .startsWith(StepState.STEP_STATE_CAPPED, StepState.STEP_STATE_PAID);
    assertThat(world.tally("anna").entered()).as("all count").isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      world.come("b" + i, world.invite("a" + i));
    }
    assertThat(world.points("anna")).as("two of the second level").isEqualTo(203 + 20);
    world.pass(DAY);
    world.come("a3", anna);
    world.come("a4", anna);
    assertThat(world.points("anna")).as("three in all").isEqualTo(323);
    assertThat(world.state("anna").getRulesList())
        .anySatisfy(tally -> {
          assertThat(tally.getLevel()).isEqualTo(1);
          assertThat(tally.getInAll()).isEqualTo(3);
          assertThat(tally.getOnDay()).isEqualTo(1);
        });
  }

  @Test
  void aCapInAllHoldsWithoutOneADayAndTheOtherWayRound() {
    for (String cap : new String[] {"in_all: 1,", "per_day: 1,"}) {
      world = new ReferralWorld(PROGRAM.replace("on: entered,", "on: entered, " + cap));
      String code = world.invite("anna");
      world.come("a", code);
      world.come("b", code);
      assertThat(world.points("anna")).as(cap).isEqualTo(100);
      world.pass(DAY);
      world.come("c", code);
      assertThat(world.points("anna")).as(cap).isEqualTo(cap.startsWith("in") ? 100 : 200);
    }
  }

  @Test
  void aHeldRewardIsPaidWhenItsTimeIsUp() {
    world = new ReferralWorld(PROGRAM.replace("on: entered,", "on: entered, hold: 1d,"));
    world.come("ben", world.invite("anna"));
    world.pass(DAY.minus(MOMENT));
    world.follow("ben");
    assertThat(world.points("anna")).isEqualTo(1);
    assertThat(world.shown("anna", "ben").getSteps(0).getState())
        .isEqualTo(StepState.STEP_STATE_HELD);
    world.pass(MOMENT);
    assertThat(world.points("anna")).isEqualTo(101);
    assertThat(world.shown("anna", "ben").getSteps(0).getState())
        .isEqualTo(StepState.STEP_STATE_PAID);
  }

  @Test
  void aHeldRewardWaitsForADecisionAndThenForTheRestOfItsTime() {
    world = new ReferralWorld(PROGRAM.replace("on: entered,", "on: entered, hold: 2d,"));
    String code = world.invite("anna");
    world.come("ben", code);
    world.come("cleo", code);
    world.suspect("anna", "ben");
    world.suspect("anna", "cleo");
    world.pass(DAY);
    world.decide("anna", "ben", true);
    assertThat(world.points("anna")).as("a day is left").isZero();
    world.pass(DAY);
    assertThat(world.points("anna")).isEqualTo(100);
    assertThat(world.shown("anna", "cleo").getSteps(0).getState())
        .isEqualTo(StepState.STEP_STATE_IN_REVIEW);
    world.decide("anna", "cleo", true);
    assertThat(world.points("anna")).isEqualTo(200);
  }

  @Test
  void whatOrdersPayIsHeldWhileTheyMayBeRefunded() {
    world = new ReferralWorld(PROGRAM.replace("on: ordered,", "on: ordered, hold: 7d,"));
    String code = world.invite("anna");
    for (String friend : new String[] {"whole", "part", "kept"}) {
      world.come(friend, code);
      world.order(friend, "order-of-" + friend, 1_000);
    }
    world.refund("whole", "order-of-whole", 1_000);
    world.refund("part", "order-of-part", 400);
    assertThat(world.shown("anna", "whole").getSteps(1).getState())
        .isEqualTo(StepState.STEP_STATE_TAKEN_BACK);
    assertThat(world.points("anna")).isEqualTo(300);
    world.pass(Duration.ofDays(7));
    assertThat(world.points("anna")).isEqualTo(300 + 10_000 + 6_000);
    assertThat(world.tally("anna").points()).isEqualTo(16_300);
    assertThat(world.shown("anna", "part").getSteps(1).getState())
        .isEqualTo(StepState.STEP_STATE_TAKEN_BACK);
    assertThat(world.shown("anna", "kept").getSteps(1).getState())
        .isEqualTo(StepState.STEP_STATE_PAID);
  }

  @Test
  void anOrderThatWasRefundedWholeBeforeItIsToldPaysNothing() {
    world.come("ben", world.invite("anna"));
    world.leave(
        "anna",
        FriendRefunded.newBuilder()
            .setInviteeId("ben")
            .setOrderId("o1")
            .setRefundId("r1")
            .setRefundedMinor(500)
            .setInFull(true)
            .setLevel(1)
            .build());
    world.order("ben", "o1", 500);
    assertThat(world.points("anna")).isEqualTo(100);
    assertThat(world.shown("anna", "ben").getSteps(1).getState())
        .isEqualTo(StepState.STEP_STATE_TAKEN_BACK);
    assertThat(world.told("anna", RewardRevoked.class)).isEmpty();
  }

  @Test
  void refundsTakeBackTheirShareRoundedDownAndSayWhy() {
    world.come("ben", world.invite("anna"));
    world.order("ben", "o1", 300);
    world.refund("ben", "o1", 100);
    assertThat(world.points("anna")).isEqualTo(100 + 3_000 - 1_000);
    assertThat(world.told("anna", RewardRevoked.class))
        .anySatisfy(revoked -> {
          assertThat(revoked.getPart().getPoints().getAmount()).isEqualTo(1_000);
          assertThat(revoked.getPolicy()).isEqualTo(RefundPolicy.REFUND_POLICY_WITHIN_BALANCE);
          assertThat(revoked.getNumber()).isPositive();
          assertThat(revoked.getReason().getRefund().getRefundId()).isNotEmpty();
          assertThat(revoked.getReason().getOrderId()).isEqualTo("o1");
          assertThat(revoked.getCause().getReferral().getOrderId()).isEqualTo("o1");
          assertThat(revoked.getCause().getReferral().getRuleId()).isEqualTo("buy");
          assertThat(revoked.getCause().getReferral().getCampaignId()).isEqualTo("friends");
          assertThat(revoked.getCause().getReferral().getInviteeId()).isEqualTo("ben");
          assertThat(revoked.getCause().getReferral().getLevel()).isEqualTo(1);
        })
        .anySatisfy(revoked ->
            assertThat(revoked.getPart().getExperience().getAmount()).as("of 40").isEqualTo(13))
        .hasSize(2);
    world.refund("ben", "o1", 200);
    assertThat(world.points("anna")).as("what came of the entry stays").isEqualTo(100);
    assertThat(world.tally("anna").points()).isEqualTo(100);
    assertThat(world.report().getTotal().getPoints()).isEqualTo(100);
  }

  @Test
  void whereOnlyPendingPointsAreTakenBackNothingElseIs() {
    world = new ReferralWorld(PROGRAM.replace("within_balance", "only_pending"));
    world.come("ben", world.invite("anna"));
    world.order("ben", "o1", 300);
    world.refund("ben", "o1", 300);
    assertThat(world.points("anna")).as("they were not pending").isEqualTo(3_100);
    assertThat(world.told("anna", RewardRevoked.class))
        .singleElement()
        .satisfies(revoked -> {
          assertThat(revoked.getPart().hasPoints()).isTrue();
          assertThat(revoked.getPolicy()).isEqualTo(RefundPolicy.REFUND_POLICY_ONLY_PENDING);
        });
  }

  @Test
  void whatWasHeldIsPaidThoughItsCampaignIsGone() {
    world =
        new ReferralWorld(
            PROGRAM.replace("on: entered,", "on: entered, hold: 1d, per_day: 1, in_all: 1,"));
    String code = world.invite("anna");
    world.come("a", code);
    world.come("b", code);
    world.apply(PROGRAM.replace("id: friends", "id: others"));
    world.pass(DAY);
    assertThat(world.points("anna")).as("nor are there caps any more").isEqualTo(200);
  }

  @Test
  void lookingInPaysOnceTheInviteeHasTakenPartInWhateverWay() {
    String program = PROGRAM.replace("on: entered,", "on: entered, once_active: true,");
    world = new ReferralWorld(program);
    String code = world.invite("anna");
    for (String friend : new String[] {"a", "b", "c", "d"}) {
      world.come(friend, code);
    }
    assertThat(world.points("anna")).isZero();
    assertThat(world.shown("anna", "a").getSteps(0).getState())
        .isEqualTo(StepState.STEP_STATE_WAITING);
    world.joinGroup("a");
    assertThat(world.points("anna")).isEqualTo(100);
    world.follow("b");
    assertThat(world.points("anna")).isEqualTo(201);
    world.pass(Duration.ofMinutes(1));
    world.watch("c", Duration.ofMinutes(1));
    assertThat(world.points("anna")).isEqualTo(301);
    assertThat(world.report().getTotal().getStayed()).isEqualTo(1);
    assertThat(world.friend("anna", "c").getSteps(1).getAtMs())
        .isEqualTo(world.at().toEpochMilli());
    assertThat(world.shown("anna", "c").getSteps(1).getReachedAt())
        .isEqualTo(Timestamps.fromMillis(world.at().toEpochMilli()));
  }

  @Test
  void whatIsTakenBackIsTakenOffTheChannelThatBroughtTheFriend() {
    world.come("ben", world.invite("anna"));
    world.order("ben", "o1", 300);
    world.refund("ben", "o1", 100);
    assertThat(world.report().getChannelsList())
        .filteredOn(channel -> channel.getChannel().equals("wechat"))
        .singleElement()
        .extracting(ReferralFigures::getPoints)
        .isEqualTo(2_100L);
  }
}
