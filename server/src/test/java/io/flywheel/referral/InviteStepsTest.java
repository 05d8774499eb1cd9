package io.flywheel.referral;

import static io.flywheel.referral.ReferralWorld.NOON;
import static io.flywheel.referral.ReferralWorld.ROOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Referred;
import io.flywheel.v1.GetReferralReportResponse;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.InviteeMoved;
import io.flywheel.v1.InviteeOrdered;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.InviteeStayed;
import io.flywheel.v1.InviteeStep;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.StepState;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How far invitees come, who learns of it and what is counted; in memory. */
final class InviteStepsTest {
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private static final String PROGRAM =
      """
      name: steps
      tasks:
        - {id: came, title: 来, trigger: invitee_entered, count: distinct_invitees, repeat: true, tiers: [{threshold: 2, rewards: [{points: 10000}]}]}
        - {id: stayed, title: 留, trigger: invitee_stayed, count: distinct_invitees, tiers: [{threshold: 2, rewards: [{points: 20000}]}]}
        - {id: sold, title: 卖, trigger: invitee_ordered, count: amount, tiers: [{threshold: 5000, rewards: [{points: 40000}]}]}
      referral:
        campaigns:
          - id: friends
            title: 邀请
            rules:
              - {id: come, on: entered, inviter: [{points: 100}], invitee: [{points: 50}]}
              - {id: five, on: stayed, minutes: 5, inviter: [{points: 30}]}
              - {id: one, on: stayed, minutes: 1, inviter: [{points: 20}], invitee: [{points: 2}]}
              - {id: fan, on: followed, inviter: [{points: 5}]}
              - {id: group, on: joined_group, inviter: [{points: 3}], invitee: [{points: 1}]}
              - {id: buy, on: ordered, orders: 2, points_per_100_minor: 10, invitee: [{points: 7}]}
      """;

  private final ReferralWorld world = new ReferralWorld(PROGRAM);

  @Test
  void eachStepIsToldCountedAndPaidOnce() {
    String code = world.invite("anna");
    world.come("ben", code);
    assertThat(world.points("anna")).isEqualTo(100);
    world.enter("ben");
    for (int i = 0; i < 2; i++) {
      world.follow("ben");
      world.joinGroup("ben");
    }
    for (int i = 0; i < 7; i++) {
      world.pass(Duration.ofMinutes(1));
      world.watch("ben", Duration.ofMinutes(1));
      assertThat(world.points("anna"))
          .as("after %d minutes", i + 1)
          .isEqualTo(100 + 5 + 3 + 20 + (i < 4 ? 0 : 30));
    }
    assertThat(world.state("ben").getBond().getWatchedMs())
        .as("nothing is added up when there is nothing more to come to")
        .isEqualTo(Duration.ofMinutes(5).toMillis());
    for (int i = 1; i <= 3; i++) {
      world.order("ben", "o" + i, 1_599);
    }
    assertThat(world.points("anna")).as("two orders pay").isEqualTo(158 + 2 * 150);
    assertThat(world.points("ben")).isEqualTo(50 + 2 + 1 + 2 * 7);

    assertThat(world.told("anna", InviteeEntered.class))
        .containsExactly(
            InviteeEntered.newBuilder()
                .setCampaignId("friends")
                .setInviteeId("ben")
                .setRoomId(ROOM)
                .build());
    assertThat(world.told("anna", InviteeStayed.class))
        .extracting(
            InviteeStayed::getCampaignId, InviteeStayed::getInviteeId, InviteeStayed::getMinutes)
        .containsExactly(tuple("friends", "ben", 1), tuple("friends", "ben", 5));
    assertThat(world.told("anna", InviteeOrdered.class))
        .extracting(
            InviteeOrdered::getCampaignId,
            InviteeOrdered::getInviteeId,
            InviteeOrdered::getOrderId,
            InviteeOrdered::getAmountMinor)
        .containsExactly(
            tuple("friends", "ben", "o1", 1_599L),
            tuple("friends", "ben", "o2", 1_599L),
            tuple("friends", "ben", "o3", 1_599L));
    assertThat(world.told("anna", InviteeMoved.class))
        .extracting(InviteeMoved::getStage)
        .containsExactly(
            InviteeStage.INVITEE_STAGE_ACCEPTED,
            InviteeStage.INVITEE_STAGE_FOLLOWED,
            InviteeStage.INVITEE_STAGE_JOINED_GROUP);
    assertThat(world.told("ben", Referred.class))
        .containsExactly(
            new Referred(Referred.Step.ENTERED, ROOM), new Referred(Referred.Step.FOLLOWED, ROOM));

    assertThat(world.tally("anna")).isEqualTo(new SharerSlice.Tally(1, 1, 1, 458, 0, 0, 0, 1));
    assertThat(world.report().getTotal())
        .isEqualTo(
            ReferralFigures.newBuilder()
                .setSharers(1)
                .setAccepted(1)
                .setEntered(1)
                .setStayed(1)
                .setFollowed(1)
                .setJoinedGroup(1)
                .setOrders(3)
                .setOrderedMinor(3 * 1_599)
                .setPoints(458 + 67)
                .build());
  }

  @Test
  void tasksCountDifferentInviteesAndWhatTheyOrder() {
    String code = world.invite("anna");
    world.come("ben", code);
    stay("ben");
    assertThat(world.points("anna")).isEqualTo(120);
    world.come("cleo", code);
    assertThat(world.points("anna")).isEqualTo(220 + 10_000);
    stay("cleo");
    assertThat(world.points("anna")).isEqualTo(240 + 10_000 + 20_000);
    world.order("cleo", "o1", 4_999);
    assertThat(world.points("anna")).isEqualTo(30_240 + 490);
    world.order("ben", "o2", 1);
    assertThat(world.points("anna")).isEqualTo(30_730 + 40_000);
  }

  private void stay(String viewerId) {
    world.pass(Duration.ofMinutes(1));
    world.watch(viewerId, Duration.ofMinutes(1));
  }

  @Test
  void anInviteeIsShownWithWhatWasEarnedAndWhatIsStillToCome() {
    String code = world.invite("anna");
    world.accept("ben", code);
    Invitee accepted = world.shown("anna", "ben");
    assertThat(accepted.getInviteeId()).isEqualTo("ben");
    assertThat(accepted.getCampaignId()).isEqualTo("friends");
    assertThat(accepted.getStage()).isEqualTo(InviteeStage.INVITEE_STAGE_ACCEPTED);
    assertThat(accepted.getAcceptedAt()).isEqualTo(Timestamps.fromMillis(NOON.toEpochMilli()));
    assertThat(accepted.getStepsList())
        .extracting(InviteeStep::getStage, InviteeStep::getMinutes, InviteeStep::getState)
        .containsExactly(
            tuple(InviteeStage.INVITEE_STAGE_ENTERED, 0, StepState.STEP_STATE_AHEAD),
            tuple(InviteeStage.INVITEE_STAGE_STAYED, 5, StepState.STEP_STATE_AHEAD),
            tuple(InviteeStage.INVITEE_STAGE_STAYED, 1, StepState.STEP_STATE_AHEAD),
            tuple(InviteeStage.INVITEE_STAGE_FOLLOWED, 0, StepState.STEP_STATE_AHEAD),
            tuple(InviteeStage.INVITEE_STAGE_JOINED_GROUP, 0, StepState.STEP_STATE_AHEAD),
            tuple(InviteeStage.INVITEE_STAGE_ORDERED, 0, StepState.STEP_STATE_AHEAD));
    assertThat(accepted.getSteps(0).getRewards(0).getPoints().getAmount()).isEqualTo(100);

    world.enter("ben");
    stay("ben");
    world.order("ben", "o1", 1_000);
    Invitee later = world.shown("anna", "ben");
    assertThat(later.getStage()).isEqualTo(InviteeStage.INVITEE_STAGE_ORDERED);
    assertThat(later.getStepsList())
        .extracting(
            InviteeStep::getStage,
            InviteeStep::getMinutes,
            InviteeStep::getOrderId,
            InviteeStep::getState)
        .containsExactly(
            tuple(InviteeStage.INVITEE_STAGE_ENTERED, 0, "", StepState.STEP_STATE_PAID),
            tuple(InviteeStage.INVITEE_STAGE_STAYED, 1, "", StepState.STEP_STATE_PAID),
            tuple(InviteeStage.INVITEE_STAGE_ORDERED, 0, "o1", StepState.STEP_STATE_PAID),
            tuple(InviteeStage.INVITEE_STAGE_STAYED, 5, "", StepState.STEP_STATE_AHEAD),
            tuple(InviteeStage.INVITEE_STAGE_FOLLOWED, 0, "", StepState.STEP_STATE_AHEAD),
            tuple(InviteeStage.INVITEE_STAGE_JOINED_GROUP, 0, "", StepState.STEP_STATE_AHEAD));
    assertThat(later.getSteps(2).getRewards(0).getPoints().getAmount()).isEqualTo(100);
    assertThat(later.getSteps(2).getReachedAt())
        .isEqualTo(Timestamps.fromMillis(world.at().toEpochMilli()));
  }

  @Test
  void aRuleThatPaysTheInviteeAloneIsNothingToLookForwardTo() {
    world.apply(PROGRAM.replace("on: followed, inviter", "on: followed, invitee"));
    world.accept("ben", world.invite("anna"));
    assertThat(world.shown("anna", "ben").getStepsList())
        .extracting(InviteeStep::getStage)
        .doesNotContain(InviteeStage.INVITEE_STAGE_FOLLOWED)
        .hasSize(5);
  }

  @Test
  void anEntryThatIsHeardOfLateCountsFromTenMinutesBeforeTheInviteOn() {
    String code = world.invite("anna");
    world.accept("ben", code);
    world.accept("cleo", code);
    world.setAt(NOON.minus(GRACE));
    world.enter("ben");
    world.setAt(NOON.minus(GRACE).minus(MOMENT));
    world.enter("cleo");
    world.setAt(NOON);
    assertThat(world.points("anna")).as("one of them").isEqualTo(100);
    assertThat(world.state("cleo").getBond().getEnteredMs()).isZero();
  }

  @Test
  void whatWasDoneBeforeTheEntryDoesNotCount() {
    String code = world.invite("anna");
    world.follow("ben");
    world.accept("ben", code);
    world.follow("ben");
    world.order("ben", "o0", 1_000);
    assertThat(world.state("ben").getBond().getOrdersCount()).as("not entered yet").isZero();
    world.enter("ben");
    world.setAt(NOON.minus(GRACE).minus(MOMENT));
    world.follow("ben");
    assertThat(world.points("anna")).isEqualTo(100);
    world.setAt(NOON.minus(GRACE));
    world.follow("ben");
    assertThat(world.points("anna")).isEqualTo(105);
  }

  @Test
  void timeWatchedBeforeTheEntryDoesNotCount() {
    world.come("ben", world.invite("anna"));
    world.setAt(NOON.minus(GRACE).minus(MOMENT).plusSeconds(60));
    world.watch("ben", Duration.ofSeconds(60));
    assertThat(world.state("ben").getBond().getWatchedMs()).isZero();
    world.setAt(NOON.minus(GRACE).plusSeconds(119));
    world.watch("ben", Duration.ofSeconds(59));
    assertThat(world.state("ben").getBond().getWatchedMs()).isPositive().isLessThan(60_000);
    assertThat(world.points("anna")).isEqualTo(100);
  }

  @Test
  void ofMoreThanAThousandOrdersTheInviterLearnsNothing() {
    world.come("ben", world.invite("anna"));
    ReferralState.Builder state = world.state("ben").toBuilder();
    IntStream.range(0, 999).forEach(i -> state.getBondBuilder().addOrders("old" + i));
    world.restore("ben", state.build());
    world.order("ben", "o1000", 1_000);
    world.order("ben", "o1001", 1_000);
    assertThat(world.told("anna", InviteeOrdered.class))
        .extracting(InviteeOrdered::getOrderId)
        .containsExactly("o1000");
    assertThat(world.state("ben").getBond().getOrdersCount()).isEqualTo(1_000);
    assertThat(world.points("anna")).as("the first two alone pay").isEqualTo(100);
  }

  @Test
  void refundsLowerWhatFriendsHaveOrderedOnceEach() {
    world.come("ben", world.invite("anna"));
    world.order("ben", "o1", 5_000);
    world.refund("ben", "o1", 1_000);
    assertThat(world.report().getTotal().getOrderedMinor()).isEqualTo(4_000);
    assertThat(world.points("anna")).isEqualTo(100 + 400 + 40_000);
    FriendRefunded sum =
        FriendRefunded.newBuilder()
            .setInviteeId("ben")
            .setOrderId("o1")
            .setRefundId("late")
            .setRefundedMinor(700)
            .setLevel(1)
            .build();
    world.leave("anna", sum); // told after a later one, which has more in it
    assertThat(world.report().getTotal().getOrderedMinor()).isEqualTo(4_000);
    assertThat(world.friend("anna", "ben").getOrders(0).getRefundId()).isNotEqualTo("late");
    world.refund("ben", "o1", 9_000);
    assertThat(world.report().getTotal().getOrderedMinor()).isZero();
    assertThat(world.points("anna")).as("all of it").isEqualTo(100 + 40_000);
    world.leave("anna", sum);
    assertThat(world.friend("anna", "ben").getOrders(0).getInFull()).isTrue();
    world.refund("ben", "unknown", 1_000);
    assertThat(world.friend("anna", "ben").getOrdersCount()).isEqualTo(1);
  }

  @Test
  void aRefundThatIsToldBeforeItsOrderIsTakenOffOnce() {
    world.come("ben", world.invite("anna"));
    world.leave(
        "anna",
        FriendRefunded.newBuilder()
            .setInviteeId("ben")
            .setOrderId("o1")
            .setRefundId("r1")
            .setRefundedMinor(1_000)
            .setLevel(1)
            .build());
    assertThat(world.report().getTotal().getOrderedMinor()).isZero();
    world.order("ben", "o1", 5_000);
    assertThat(world.report().getTotal().getOrderedMinor()).isEqualTo(4_000);
    assertThat(world.points("anna")).isEqualTo(100 + 400 + 40_000);
  }

  @Test
  void anInviterWhoLearnsOfStepsFirstCountsTheFriendOnce() {
    FriendReached.Builder reached =
        FriendReached.newBuilder()
            .setInviteeId("ben")
            .setCampaignId("friends")
            .setChannel("poster")
            .setAtMs(NOON.toEpochMilli())
            .setAcceptedMs(NOON.toEpochMilli())
            .setLevel(1);
    world.leave("anna", reached.setStage(InviteeStage.INVITEE_STAGE_FOLLOWED).build());
    world.leave("anna", reached.setStage(InviteeStage.INVITEE_STAGE_ENTERED).build());
    world.leave("anna", reached.build());
    FriendCame came =
        FriendCame.newBuilder()
            .setInviteeId("ben")
            .setCampaignId("friends")
            .setChannel("poster")
            .setAtMs(NOON.toEpochMilli())
            .setRefusal(InviteRefusal.INVITE_REFUSAL_NOT_NEW)
            .build();
    world.leave("anna", came);
    assertThat(world.friend("anna", "ben").getStage())
        .as("the furthest")
        .isEqualTo(InviteeStage.INVITEE_STAGE_FOLLOWED);
    assertThat(world.friend("anna", "ben").getRefusal())
        .as("whoever entered was not refused")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    assertThat(world.tally("anna")).isEqualTo(new SharerSlice.Tally(1, 1, 0, 105, 0, 0, 0, 0));
    assertThat(world.report().getChannelsList())
        .extracting(ReferralFigures::getChannel, ReferralFigures::getAccepted)
        .containsExactly(tuple("poster", 1L));
  }

  @Test
  void stepsOfACampaignThatIsGonePayNothing() {
    world.come("ben", world.invite("anna"));
    world.apply(PROGRAM.replace("id: friends", "id: others"));
    world.follow("ben");
    assertThat(world.points("anna")).isEqualTo(100);
    assertThat(world.told("anna", InviteeMoved.class)).as("nor are they told").hasSize(1);
    world.leave(
        "anna",
        FriendReached.newBuilder()
            .setInviteeId("ben")
            .setCampaignId("friends")
            .setStage(InviteeStage.INVITEE_STAGE_JOINED_GROUP)
            .setAtMs(NOON.toEpochMilli())
            .setLevel(1)
            .build());
    assertThat(world.points("anna")).as("of what was on its way").isEqualTo(100);
    assertThat(world.report().getTotal().getJoinedGroup()).isEqualTo(1);
    assertThat(world.shown("anna", "ben").getStepsList())
        .extracting(InviteeStep::getState)
        .containsExactly(StepState.STEP_STATE_PAID, StepState.STEP_STATE_PAID);
  }

  @Test
  void openedLinksAreAddedUpByTheirChannel() {
    for (int times : new int[] {3, 4}) {
      world.leave(
          "anna",
          LinkOpened.newBuilder()
              .setCampaignId("friends")
              .setChannel("poster")
              .setTimes(times)
              .build());
    }
    assertThat(world.tally("anna").opened()).isEqualTo(7);
    assertThat(world.report().getChannelsList())
        .extracting(ReferralFigures::getChannel, ReferralFigures::getOpened)
        .containsExactly(tuple("poster", 7L));
  }

  @Test
  void theReportTellsByDayAndChannelAndHowManyOneSharerBrings() {
    String code = world.invite("anna");
    world.invite("dora");
    world.share("anna", code, "poster");
    world.come("ben", code);
    world.pass(Duration.ofDays(1));
    world.come("cleo", code);
    world.accept("eve", code);
    world.come("finn", code);
    GetReferralReportResponse report = world.report();
    assertThat(report.getChannelsList())
        .as("where most came from first")
        .extracting(ReferralFigures::getChannel, ReferralFigures::getEntered)
        .containsExactly(tuple("wechat", 3L), tuple("", 0L), tuple("poster", 0L));
    assertThat(report.getDaysList())
        .extracting(
            ReferralFigures::getDay, ReferralFigures::getAccepted, ReferralFigures::getEntered)
        .containsExactly(tuple("2026-03-02", 1L, 1L), tuple("2026-03-03", 3L, 2L));
    assertThat(report.getKFactor()).isEqualTo(1.5);
    assertThat(report.getPointsPerNewcomer())
        .isEqualTo(report.getTotal().getPoints() / 3.0)
        .isEqualTo(150);
    assertThat(new ReferralWorld(PROGRAM).report().getKFactor()).as("of nobody").isZero();
  }
}
