package io.flywheel.referral;

import static io.flywheel.referral.ReferralWorld.NOON;
import static io.flywheel.referral.ReferralWorld.device;
import static io.flywheel.referral.ReferralWorld.network;
import static io.flywheel.referral.ReferralWorld.payment;
import static io.flywheel.referral.ReferralWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.InviteeMoved;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.InviteeStep;
import io.flywheel.v1.ReferralReview;
import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewSignal;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.StepState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What makes invitees wait for the merchant, and what the decision comes to; in memory. */
final class ReferralGuardTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private static final String PROGRAM =
      """
      name: guard
      referral:
        guard: {newcomers_per_device: 2, newcomers_per_payment: 1, newcomers_per_network: 6, newcomers_per_home: 3, newcomers_per_hour: 20, newcomers_per_minute: 10}
        campaigns:
          - id: friends
            title: 邀请
            levels: 2
            rules:
              - {id: come, on: entered, inviter: [{points: 100}, {experience: 9}], invitee: [{points: 50}], second_level: [{points: 10}]}
              - {id: buy, on: ordered, orders: 5, inviter: [{points: 20}], invitee: [{points: 7}], second_level: [{points: 1}]}
      """;

  private final ReferralWorld world = new ReferralWorld(PROGRAM);

  @Test
  void whoSharesADeviceOrAWayToPayWithTheInviterIsTheInviter() {
    IdentityHashes all =
        IdentityHashes.newBuilder().setDevice("d").setNetwork("n").setPayment("p").build();
    String code = world.invite("anna", all);
    assertThat(world.accept("phone", code, device("d")).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_SAME_PERSON);
    assertThat(world.accept("wallet", code, payment("p")).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_SAME_PERSON);
    assertThat(world.accept("both", code, all).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_SAME_PERSON);
    assertThat(world.accept("home", code, network("n")).hasInvitedBy())
        .as("a line is shared by many")
        .isTrue();
    assertThat(world.accept("ben", code, device("other")).hasInvitedBy()).isTrue();
    assertThat(signals("anna", "phone")).containsExactly(ReviewSignal.REVIEW_SIGNAL_SAME_DEVICE);
    assertThat(signals("anna", "wallet")).containsExactly(ReviewSignal.REVIEW_SIGNAL_SAME_PAYMENT);
    assertThat(signals("anna", "both"))
        .containsExactly(
            ReviewSignal.REVIEW_SIGNAL_SAME_DEVICE, ReviewSignal.REVIEW_SIGNAL_SAME_PAYMENT);
    assertThat(world.accept("phone", world.invite("dora"), device("d")).hasInvitedBy())
        .as("what is known of one who was refused is kept, and says nothing of others")
        .isTrue();
    assertThat(world.state("phone").getIdentitiesList()).containsExactly("device:d");
  }

  @Test
  void theDeviceThatOneTooManyComesByHoldsAllOfThemBack() {
    String code = world.invite("anna");
    world.come("a", code, device("d"));
    world.come("b", code, device("d"));
    assertThat(world.points("anna")).isEqualTo(200);
    world.come("c", world.invite("dora"), device("d"));
    assertThat(world.points("dora")).isZero();
    assertThat(world.points("anna")).as("what was paid waits for the decision").isEqualTo(200);
    for (String friend : List.of("a", "b")) {
      assertThat(world.friend("anna", friend).getReview())
          .as(friend)
          .isEqualTo(ReviewState.REVIEW_STATE_OPEN);
    }
    FriendState last = world.friend("dora", "c");
    assertThat(last.getReview()).isEqualTo(ReviewState.REVIEW_STATE_OPEN);
    assertThat(last.getEvidenceList())
        .containsExactly(
            ReviewEvidence.newBuilder()
                .setSignal(ReviewSignal.REVIEW_SIGNAL_DEVICE_REUSED)
                .setCount(3)
                .addAllViewerIds(List.of("a", "b", "c"))
                .build());
    assertThat(world.tally("anna").inReview()).isEqualTo(2);
    assertThat(world.tally("dora").inReview()).isEqualTo(1);
    assertThat(world.report().getTotal().getFlagged()).isEqualTo(3);
    assertThat(world.report().getTotal().getEntered()).as("the third waits").isEqualTo(2);

    world.come("d", world.invite("dora"), device("d"));
    assertThat(world.friend("anna", "a").getEvidenceList()).as("told once").hasSize(1);
    assertThat(world.report().getTotal().getFlagged()).isEqualTo(4);
  }

  @Test
  void whoIsHeldBackIsMovedInTheInvitersListAndPaidNothingYet() {
    String code = world.invite("anna");
    for (String friend : List.of("a", "b", "c")) {
      world.come(friend, code, device("d"));
    }
    assertThat(world.told("anna", InviteeMoved.class))
        .filteredOn(moved -> moved.getReview() == ReviewState.REVIEW_STATE_OPEN)
        .extracting(InviteeMoved::getInviteeId)
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(world.told("anna", InviteeEntered.class))
        .extracting(InviteeEntered::getInviteeId)
        .containsExactly("a", "b");
    assertThat(world.shown("anna", "c").getStepsList())
        .extracting(InviteeStep::getState)
        .containsExactly(StepState.STEP_STATE_IN_REVIEW, StepState.STEP_STATE_AHEAD);
    assertThat(world.points("c")).as("nor is the newcomer").isZero();
  }

  @Test
  void theMerchantsYesPaysAllThatWaited() {
    twoAndOne();
    world.order("c", "o1", 100);
    ReferralReview review = world.decide("anna", "c", true);
    assertThat(review.getInviterId()).isEqualTo("anna");
    assertThat(review.getInvitee().getInviteeId()).isEqualTo("c");
    assertThat(review.getState()).isEqualTo(ReviewState.REVIEW_STATE_APPROVED);
    assertThat(review.getDecidedBy()).isEqualTo("owner");
    assertThat(review.getNote()).isEqualTo("looked at");
    assertThat(review.getFlaggedAt()).isEqualTo(Timestamps.fromMillis(NOON.toEpochMilli()));
    assertThat(review.getDecidedAt()).isEqualTo(review.getFlaggedAt());
    assertThat(review.getEvidenceList()).hasSize(1);
    assertThat(world.points("anna")).isEqualTo(3 * 100 + 20);
    assertThat(world.points("c")).isEqualTo(50 + 7);
    assertThat(world.tally("anna").inReview()).isEqualTo(2);
    assertThat(world.tally("anna").entered()).isEqualTo(3);
    assertThat(world.report().getTotal().getEntered()).isEqualTo(3);
    assertThat(world.state("c").getBond().getOwedList()).isEmpty();

    world.suspect("anna", "c");
    assertThat(world.friend("anna", "c").getReview())
        .as("it was looked at")
        .isEqualTo(ReviewState.REVIEW_STATE_APPROVED);
    world.order("c", "o2", 100);
    assertThat(world.points("c")).isEqualTo(50 + 2 * 7);
    refusal(ErrorReason.ERROR_REASON_REVIEW_NOT_FOUND, () -> world.decide("anna", "c", false));
    refusal(ErrorReason.ERROR_REASON_REVIEW_NOT_FOUND, () -> world.decide("anna", "x", false));
  }

  @Test
  void theMerchantsNoTakesBackWhatWasPaidAndPaysNothingEver() {
    twoAndOne();
    world.order("a", "o1", 100);
    assertThat(world.points("anna")).as("orders wait too").isEqualTo(200);
    ReferralReview review = world.decide("anna", "a", false);
    assertThat(review.getState()).isEqualTo(ReviewState.REVIEW_STATE_REJECTED);
    assertThat(review.getInvitee().getStepsList())
        .extracting(InviteeStep::getState)
        .containsExactly(StepState.STEP_STATE_REJECTED, StepState.STEP_STATE_REJECTED);
    assertThat(world.points("anna")).isEqualTo(100);
    assertThat(world.tally("anna").points()).isEqualTo(100);
    assertThat(world.told("anna", RewardRevoked.class))
        .hasSize(2)
        .allSatisfy(revoked -> {
          assertThat(revoked.getReason().getAdjustment().getReason()).isEqualTo("looked at");
          assertThat(revoked.getReason().getAdjustment().getAdjustedBy()).isEqualTo("owner");
          assertThat(revoked.getCause().getReferral().getInviteeId()).isEqualTo("a");
          assertThat(revoked.getCause().getReferral().getRuleId()).isEqualTo("come");
        });
    world.decide("anna", "c", false);
    assertThat(world.points("c")).isZero();
    world.order("c", "o2", 100);
    world.order("a", "o3", 100);
    assertThat(world.points("c")).isZero();
    assertThat(world.points("anna")).isEqualTo(100);
    assertThat(world.tally("anna").inReview()).isEqualTo(1);
    assertThat(world.friend("anna", "a").getSteps(2).getPayments(0).getState())
        .isEqualTo(StepState.STEP_STATE_REJECTED);
    assertThat(world.report().getTotal().getOrders()).as("nor do they count").isZero();
  }

  @Test
  void aDecisionOfSomebodyElsesInviterChangesNothing() {
    twoAndOne();
    world.leave("c", FriendDecided.newBuilder().setInviterId("dora").setApproved(true).build());
    assertThat(world.points("c")).isZero();
    assertThat(world.state("c").getBond().getReview()).isEqualTo(ReviewState.REVIEW_STATE_OPEN);
  }

  /** Two friends who were paid, and a third who is one too many for their device. */
  private void twoAndOne() {
    String code = world.invite("anna");
    for (String friend : List.of("a", "b", "c")) {
      world.come(friend, code, device("d"));
    }
  }

  @Test
  void newcomersWhoPayAlikeAreLookedAt() {
    world.come("a", world.invite("anna"), payment("p"));
    assertThat(world.points("anna")).isEqualTo(100);
    world.come("b", world.invite("dora"), payment("p"));
    assertThat(world.points("dora")).isZero();
    assertThat(signals("dora", "b")).containsExactly(ReviewSignal.REVIEW_SIGNAL_PAYMENT_REUSED);
    assertThat(signals("anna", "a")).containsExactly(ReviewSignal.REVIEW_SIGNAL_PAYMENT_REUSED);
  }

  @Test
  void whoTurnsOutToPayAsAnotherNewcomerWhenOrderingIsLookedAt() {
    world.come("a", world.invite("anna"));
    world.order("a", "o1", 100, "p");
    assertThat(world.points("anna")).isEqualTo(120);
    assertThat(world.state("a").getIdentitiesList()).containsExactly("payment:p");
    world.come("b", world.invite("dora"));
    world.order("b", "o2", 100, "p");
    assertThat(world.points("dora")).as("the entry alone").isEqualTo(100);
    assertThat(world.points("b")).isEqualTo(50);
    assertThat(signals("dora", "b")).containsExactly(ReviewSignal.REVIEW_SIGNAL_PAYMENT_REUSED);
    assertThat(signals("anna", "a")).containsExactly(ReviewSignal.REVIEW_SIGNAL_PAYMENT_REUSED);
    world.order("b", "o3", 100, "p");
    assertThat(world.friend("dora", "b").getEvidenceList()).as("told once").hasSize(1);
    world.decide("dora", "b", true);
    assertThat(world.points("b")).isEqualTo(50 + 2 * 7);
  }

  @Test
  void whoTurnsOutToPayAsTheInviterIsLookedAt() {
    String code = world.invite("anna");
    world.order("anna", "o0", 100, "p");
    assertThat(world.state("anna").getIdentitiesList()).containsExactly("payment:p");
    world.come("ben", code);
    world.order("ben", "o1", 100, "p");
    assertThat(signals("anna", "ben")).containsExactly(ReviewSignal.REVIEW_SIGNAL_SAME_PERSON);
    assertThat(world.points("anna")).isEqualTo(100);
    world.order("nobody", "o2", 100, "p");
    assertThat(world.state("nobody").getIdentitiesList())
        .as("who has to do with no invite is not noted")
        .isEmpty();
  }

  @Test
  void anInviterWhoTurnsOutToHaveAFriendsPhoneIsLookedAtForThatFriend() {
    String code = world.invite("anna");
    world.come("ben", code, device("d"));
    world.come("cleo", code, network("n"));
    world.come("dora", world.invite("eve"), device("d2"));
    world.invite("anna", network("n"));
    assertThat(world.tally("anna").inReview()).as("a line says nothing").isZero();
    world.invite("anna", device("d2"));
    assertThat(world.tally("anna").inReview()).as("nor does a stranger's phone").isZero();
    assertThat(world.friend("anna", "dora")).isEqualTo(FriendState.getDefaultInstance());
    world.invite("anna", device("d"));
    assertThat(signals("anna", "ben")).containsExactly(ReviewSignal.REVIEW_SIGNAL_SAME_PERSON);
    assertThat(world.friend("anna", "ben").getReview()).isEqualTo(ReviewState.REVIEW_STATE_OPEN);
  }

  @Test
  void whatSpeaksAgainstOneWhoWasRefusedHoldsNothingBack() {
    world.accept("ben", world.invite("anna"));
    world.accept("ben", world.invite("dora"));
    world.suspect("dora", "ben");
    assertThat(world.friend("dora", "ben").getReview())
        .isEqualTo(ReviewState.REVIEW_STATE_UNSPECIFIED);
  }

  @Test
  void aSuspicionMayBeToldBeforeTheFriendIs() {
    world.leave(
        "anna",
        FriendSuspected.newBuilder()
            .setInviteeId("ben")
            .setCampaignId("friends")
            .addEvidence(Identities.sign(ReviewSignal.REVIEW_SIGNAL_DEVICE_REUSED))
            .build());
    assertThat(world.friend("anna", "ben").getReview()).isEqualTo(ReviewState.REVIEW_STATE_OPEN);
    world.come("ben", world.invite("anna"));
    assertThat(world.points("anna")).isZero();
    assertThat(signals("anna", "ben")).containsExactly(ReviewSignal.REVIEW_SIGNAL_DEVICE_REUSED);
    world.decide("anna", "ben", true);
    assertThat(world.points("anna")).isEqualTo(100);
  }

  @Test
  void aHomeOfOneInviterIsCrowdedBeforeALineOfManyIs() {
    String code = world.invite("anna");
    for (int i = 0; i < 3; i++) {
      world.come("a" + i, code, network("n"));
    }
    for (String inviter : List.of("dora", "eve", "finn")) {
      world.come("by-" + inviter, world.invite(inviter), network("n"));
    }
    assertThat(world.report().getTotal().getFlagged()).as("six of four inviters").isZero();
    world.come("a3", code, network("n"));
    assertThat(signals("anna", "a3"))
        .containsExactly(
            ReviewSignal.REVIEW_SIGNAL_NETWORK_CROWDED, ReviewSignal.REVIEW_SIGNAL_HOME_CROWDED);
    assertThat(world.friend("anna", "a3").getEvidence(0).getCount()).isEqualTo(7);
    assertThat(world.friend("anna", "a3").getEvidence(1).getViewerIdsList())
        .containsExactly("a0", "a1", "a2", "a3");
    assertThat(signals("anna", "a0")).containsExactly(ReviewSignal.REVIEW_SIGNAL_HOME_CROWDED);
    assertThat(world.friend("dora", "by-dora").getReview())
        .as("of a crowded line the latest alone")
        .isEqualTo(ReviewState.REVIEW_STATE_UNSPECIFIED);
    world.pass(DAY);
    world.come("b0", code, network("n"));
    assertThat(world.friend("anna", "b0").getReview())
        .as("a day later")
        .isEqualTo(ReviewState.REVIEW_STATE_UNSPECIFIED);
  }

  @Test
  void aDayOnALineIsTwentyFourHours() {
    String code = world.invite("anna");
    for (int i = 0; i < 3; i++) {
      world.come("a" + i, code, network("n"));
    }
    world.pass(DAY.minus(MOMENT));
    world.come("b", code, network("n"));
    assertThat(signals("anna", "b")).containsExactly(ReviewSignal.REVIEW_SIGNAL_HOME_CROWDED);
    world.pass(MOMENT);
    world.come("c", code, network("n"));
    assertThat(signals("anna", "c")).isEmpty();
  }

  @Test
  void invitersOfOneLineWhoInviteEachOthersFriendsAreLookedAtTogether() {
    String anna = world.invite("anna", network("n"));
    String dora = world.invite("dora", network("n"));
    world.come("a", anna, network("n"));
    world.come("b", dora, network("n"));
    world.come("c", anna, network("n"));
    assertThat(world.report().getTotal().getFlagged()).isZero();
    world.come("x", world.invite("elsewhere"), network("n"));
    assertThat(world.report().getTotal().getFlagged())
        .as("an inviter who is not of the line")
        .isZero();
    world.come("d", dora, network("n"));
    assertThat(signals("dora", "d")).containsExactly(ReviewSignal.REVIEW_SIGNAL_SAME_NETWORK);
    assertThat(world.friend("dora", "d").getEvidence(0).getViewerIdsList())
        .containsExactly("a", "b", "c", "d");
    assertThat(signals("anna", "a")).containsExactly(ReviewSignal.REVIEW_SIGNAL_SAME_NETWORK);
    assertThat(world.friend("elsewhere", "x").getReview())
        .isEqualTo(ReviewState.REVIEW_STATE_UNSPECIFIED);
  }

  @Test
  void aHashIsKnownOfItsLatestSixtyFourViewers() {
    String code = world.invite("anna", device("d"));
    for (int i = 0; i < 62; i++) {
      world.invite("other" + i, device("d"));
    }
    assertThat(world.accept("ben", code, device("d")).getRefusal())
        .as("the 64th")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_SAME_PERSON);
    assertThat(world.accept("cleo", code, device("d")).hasInvitedBy())
        .as("the 65th, for whom the first is forgotten")
        .isTrue();
  }

  @Test
  void moreNewcomersWithinAnHourThanTheRuleSaysWait() {
    world.apply(PROGRAM.replace("newcomers_per_hour: 20", "newcomers_per_hour: 3"));
    String code = world.invite("anna");
    for (int i = 0; i < 3; i++) {
      world.come("a" + i, code);
      world.pass(Duration.ofMinutes(10));
    }
    world.come("a3", code);
    assertThat(signals("anna", "a3")).containsExactly(ReviewSignal.REVIEW_SIGNAL_BURST);
    assertThat(world.friend("anna", "a3").getEvidence(0).getCount()).isEqualTo(4);
    assertThat(world.friend("anna", "a0").getReview())
        .as("the one too many alone")
        .isEqualTo(ReviewState.REVIEW_STATE_UNSPECIFIED);
    world.setAt(NOON.plus(Duration.ofHours(1)));
    world.come("a4", code);
    assertThat(signals("anna", "a4"))
        .as("a0 came an hour ago, which leaves four")
        .containsExactly(ReviewSignal.REVIEW_SIGNAL_BURST);
    world.setAt(NOON.plus(Duration.ofMinutes(90)).plus(MOMENT));
    world.come("a5", code);
    assertThat(signals("anna", "a5")).as("a4 and this one").isEmpty();
    assertThat(world.state("anna").getNewcomersList())
        .extracting(Recruit::getInviteeId)
        .containsExactly("a4", "a5");
  }

  @Test
  void aRushIsMoreThanHalfOfTheHour() {
    world.apply(PROGRAM.replace("newcomers_per_minute: 10", "newcomers_per_minute: 2"));
    String code = world.invite("anna");
    for (int i = 0; i < 3; i++) {
      world.come("early" + i, code);
      world.pass(Duration.ofMinutes(1));
    }
    for (int i = 0; i < 3; i++) {
      world.come("late" + i, code);
    }
    assertThat(world.report().getTotal().getFlagged()).as("half of them").isZero();
    world.come("late3", code);
    assertThat(signals("anna", "late3")).containsExactly(ReviewSignal.REVIEW_SIGNAL_RUSH);
    for (int i = 0; i < 3; i++) {
      assertThat(signals("anna", "late" + i)).containsExactly(ReviewSignal.REVIEW_SIGNAL_RUSH);
      assertThat(signals("anna", "early" + i)).isEmpty();
    }
    world.come("late4", code);
    assertThat(world.report().getTotal().getFlagged()).as("each once").isEqualTo(5);
    assertThat(world.friend("anna", "late4").getEvidence(0).getCount()).isEqualTo(5);
  }

  @Test
  void aRushOfAMinuteEndsAfterSixtySeconds() {
    world.apply(PROGRAM.replace("newcomers_per_minute: 10", "newcomers_per_minute: 2"));
    String code = world.invite("anna");
    world.come("a", code);
    world.come("b", code);
    world.pass(Duration.ofMinutes(1));
    world.come("c", code);
    assertThat(world.report().getTotal().getFlagged()).isZero();
    world.setAt(NOON.plus(Duration.ofMinutes(1)).minus(MOMENT));
    world.come("d", code);
    assertThat(signals("anna", "d"))
        .as("heard of late, within the minute of two others")
        .containsExactly(ReviewSignal.REVIEW_SIGNAL_RUSH);
  }

  @Test
  void evidenceNamesTwentyAtMostAndCountsAll() {
    List<Recruit> all = new ArrayList<>();
    IntStream.range(0, 25)
        .forEach(i -> all.add(Recruit.newBuilder().setInviteeId("v" + i).setAtMs(i).build()));
    ReviewEvidence sign = Newcomers.sign(ReviewSignal.REVIEW_SIGNAL_BURST, all);
    assertThat(sign.getCount()).isEqualTo(25);
    assertThat(sign.getViewerIdsList()).hasSize(20).startsWith("v5").endsWith("v24");
    assertThat(
            Newcomers.sign(ReviewSignal.REVIEW_SIGNAL_BURST, all.subList(0, 3)).getViewerIdsList())
        .containsExactly("v0", "v1", "v2");
  }

  @Test
  void newcomersAreKeptInTheirOrderEachOnceAndTheLatest() {
    List<Recruit> kept = List.of();
    for (int i = 0; i < 300; i++) {
      kept = Newcomers.with(kept, recruit("v" + i, 1_000 - i), 0);
    }
    assertThat(kept).hasSize(256).extracting(Recruit::getAtMs).isSorted().endsWith(1_000L);
    List<Recruit> again = Newcomers.with(List.copyOf(kept), recruit("v0", 900), 800);
    assertThat(again).extracting(Recruit::getAtMs).doesNotContain(800L, 1_000L).contains(801L);
    assertThat(again).filteredOn(one -> one.getInviteeId().equals("v0")).hasSize(1);
  }

  private static Recruit recruit(String id, long at) {
    return Recruit.newBuilder().setInviteeId(id).setAtMs(at).build();
  }

  @Test
  void whatHoldsAFriendHoldsTheSecondLevelAndTheDecisionIsItsToo() {
    world.come("ben", world.invite("anna"));
    String code = world.invite("ben");
    world.come("cleo", code);
    assertThat(world.points("anna")).isEqualTo(100 + 10);
    world.suspect("ben", "cleo");
    FriendState second = world.friend("anna", 2, "cleo");
    assertThat(second.getReview()).isEqualTo(ReviewState.REVIEW_STATE_OPEN);
    world.order("cleo", "o1", 100);
    assertThat(world.points("anna")).isEqualTo(110);
    world.decide("ben", "cleo", true);
    assertThat(world.points("anna")).isEqualTo(111);
    assertThat(world.friend("anna", 2, "cleo").getDecidedBy()).isEqualTo("owner");
    assertThat(world.friend("anna", 2, "cleo").getNote()).isEqualTo("looked at");
    world.leave(
        "anna",
        FriendReviewed.newBuilder()
            .setInviteeId("cleo")
            .setCampaignId("friends")
            .setReview(ReviewState.REVIEW_STATE_OPEN)
            .build());
    assertThat(world.friend("anna", 2, "cleo").getReview())
        .as("told late")
        .isEqualTo(ReviewState.REVIEW_STATE_APPROVED);
    assertThat(world.tally("anna"))
        .as("a friend's friend is no friend of hers")
        .isEqualTo(new SharerSlice.Tally(1, 1, 0, 111, 0, 0, 0, 0));
    assertThat(world.told("anna", InviteeEntered.class))
        .extracting(InviteeEntered::getInviteeId)
        .containsExactly("ben");
  }

  @Test
  void onlyTwoLevelsArePaidAndOnlyWhereTheInviterHasEntered() {
    world.come("ben", world.invite("anna"));
    world.accept("cleo", world.invite("ben"));
    String code = world.invite("cleo");
    world.come("dora", code);
    assertThat(world.friend("ben", 2, "dora"))
        .as("cleo never entered")
        .isEqualTo(FriendState.getDefaultInstance());
    world.enter("cleo");
    world.come("eve", code);
    assertThat(world.friend("ben", 2, "eve").getStepsList()).hasSize(1);
    assertThat(world.points("ben")).isEqualTo(50 + 100 + 10);
    assertThat(world.points("anna")).as("not for eve").isEqualTo(100 + 10);
    world.order("eve", "o1", 100);
    world.refund("eve", "o1", 100);
    assertThat(world.friend("ben", 2, "eve").getOrders(0).getInFull()).isTrue();
    assertThat(world.friend("anna", 2, "eve")).isEqualTo(FriendState.getDefaultInstance());
  }

  @Test
  void ofFriendsOfOneWhoIsLookedAtTwoHundredStepsWait() {
    world.come("ben", world.invite("anna"));
    ReferralState state = world.state("ben");
    world.restore(
        "ben",
        state.toBuilder()
            .setBond(state.getBond().toBuilder().setReview(ReviewState.REVIEW_STATE_OPEN))
            .build());
    FriendReached.Builder step =
        FriendReached.newBuilder()
            .setCampaignId("friends")
            .setStage(InviteeStage.INVITEE_STAGE_FOLLOWED)
            .setLevel(1);
    for (int i = 0; i < 201; i++) {
      world.leave("ben", step.setInviteeId("f" + i).build());
    }
    assertThat(world.state("ben").getBond().getOwedStepsList())
        .hasSize(200)
        .last()
        .satisfies(last -> {
          assertThat(last.getInviteeId()).isEqualTo("f199");
          assertThat(last.getLevel()).isEqualTo(2);
        });
    world.leave("ben", FriendDecided.newBuilder().setInviterId("anna").setApproved(false).build());
    assertThat(world.state("ben").getBond().getOwedStepsList()).isEmpty();
    world.leave("ben", step.setInviteeId("later").build());
    assertThat(world.state("ben").getBond().getOwedStepsList()).isEmpty();
    assertThat(world.friend("anna", 2, "later")).isEqualTo(FriendState.getDefaultInstance());
  }

  @Test
  void ofWhoPaidTheSecondLevelTheLatestTwoHundredAreRemembered() {
    world.come("ben", world.invite("anna"));
    FriendReached.Builder step =
        FriendReached.newBuilder()
            .setCampaignId("friends")
            .setStage(InviteeStage.INVITEE_STAGE_FOLLOWED)
            .setLevel(1);
    for (int i = 0; i < 201; i++) {
      world.leave("ben", step.setInviteeId("f" + i).build());
    }
    world.leave("ben", step.setStage(InviteeStage.INVITEE_STAGE_JOINED_GROUP).build());
    assertThat(world.state("ben").getBond().getSecondLevelIdsList())
        .hasSize(200)
        .doesNotHaveDuplicates()
        .startsWith("f1")
        .endsWith("f200");
  }

  private List<ReviewSignal> signals(String inviterId, String inviteeId) {
    return world.friend(inviterId, inviteeId).getEvidenceList().stream()
        .map(ReviewEvidence::getSignal)
        .toList();
  }
}
