package io.flywheel.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import io.flywheel.engine.Dated;
import io.flywheel.engine.Facts;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceReactor;
import io.flywheel.testing.KeepersForTests;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CheckInCause;
import io.flywheel.v1.CommitHoldResponse;
import io.flywheel.v1.DrawCause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.HoldPointsResponse;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsExpiring;
import io.flywheel.v1.PointsPrice;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.PriceRefunded;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.ReleaseHoldResponse;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PointsReactorTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Cause CHECK_IN =
      Cause.newBuilder().setCheckIn(CheckInCause.newBuilder().setStreak(7)).build();

  private static final Cause DRAW =
      Cause.newBuilder().setDraw(DrawCause.newBuilder().setDrawId("d1")).build();
  private static final Cause ORDER = Cause.newBuilder().setOrderId("order-1").build();

  private final PointsSlice slice = new PointsSlice();
  private final ChargeSlice charges = new ChargeSlice();
  private final PointsReactor reactor = new PointsReactor(slice, charges, new LedgerAppender());
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.empty(),
          new ViewerKey("shop", "anna"),
          reactor,
          new PriceReactor(KeepersForTests.with(reactor)));

  @Test
  void pointsAreEarnedWithTheirCause() {
    List<Fact> facts = turn.run(NOON, given(10, Duration.ZERO, Duration.ZERO));

    assertThat(entries()).hasSize(1);
    PointsEntry entry = entries().get(0);
    assertThat(entry.getEntryNumber()).isEqualTo(1);
    assertThat(entry.getKind()).isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_EARNED);
    assertThat(entry.getBalance()).isEqualTo(10);
    assertThat(entry.getCause()).isEqualTo(CHECK_IN);
    assertThat(facts).hasSize(1);
    assertThat(facts.get(0).getPointsBooked().getBalance()).isEqualTo(10);
    assertThat(facts.get(0).getPointsBooked().getCause()).isEqualTo(CHECK_IN);
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void pendingPointsCanBeSpentWhenTheyMature() {
    turn.run(NOON, given(10, Duration.ofDays(3), Duration.ZERO));
    assertThat(state().getBalance()).isZero();
    assertThat(state().getPending()).isEqualTo(10);
    refuses(-1, ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS, "amount: -1 (expected: at least 0");

    turn.settle(NOON.plus(Duration.ofDays(3)));
    assertThat(state().getBalance()).isEqualTo(10);
    assertThat(state().getPending()).isZero();
    PointsEntry matured = entries().get(1);
    assertThat(matured.getKind()).isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_MATURED);
    assertThat(matured.getCause().getPoints().getEntryNumber()).isEqualTo(1);
    assertThat(Instant.ofEpochSecond(matured.getOccurredAt().getSeconds()))
        .isEqualTo(NOON.plus(Duration.ofDays(3)));
  }

  @Test
  void whatIsLeftOfALotLapses() {
    turn.run(NOON, given(10, Duration.ZERO, Duration.ofDays(1)));
    turn.run(NOON, given(5, Duration.ZERO, Duration.ZERO));
    adjust(-4);

    turn.settle(NOON.plus(Duration.ofDays(1)).minusMillis(1));
    assertThat(state().getBalance()).isEqualTo(11);
    turn.settle(NOON.plus(Duration.ofDays(1)));
    assertThat(state().getBalance()).isEqualTo(5);
    PointsEntry last = entries().get(entries().size() - 1);
    assertThat(last.getKind()).isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_EXPIRED);
    assertThat(last.getAmount()).isEqualTo(6);
    assertThat(last.getCause().getPoints().getEntryNumber()).isEqualTo(1);
  }

  @Test
  void aLotThatIsSpentLapsesWithoutAnEntry() {
    turn.run(NOON, given(10, Duration.ZERO, Duration.ofDays(1)));
    adjust(-10);
    turn.settle(NOON.plus(Duration.ofDays(2)));
    assertThat(entries()).hasSize(2);
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void whatIsTakenIsTakenFromWhatLapsesFirst() {
    turn.run(NOON, given(10, Duration.ZERO, Duration.ZERO));
    turn.run(NOON, given(10, Duration.ZERO, Duration.ofDays(9)));
    turn.run(NOON, given(10, Duration.ZERO, Duration.ofDays(2)));
    adjust(-12);
    assertThat(state().getLotsList())
        .containsExactly(
            Lot.newBuilder()
                .setEntryNumber(2)
                .setLeft(8)
                .setExpiresMs(NOON.plus(Duration.ofDays(9)).toEpochMilli())
                .build());
    adjust(-18);
    assertThat(state().getBalance()).isZero();
    assertThat(state().getLotsList()).isEmpty();
  }

  @Test
  void maturedPointsLapseCountedFromTheirMaturity() {
    turn.run(NOON, given(10, Duration.ofDays(3), Duration.ofDays(1)));
    turn.settle(NOON.plus(Duration.ofDays(4)).minusMillis(1));
    assertThat(state().getBalance()).isEqualTo(10);
    turn.settle(NOON.plus(Duration.ofDays(4)));
    assertThat(state().getBalance()).isZero();
  }

  @Test
  void aCorrectionIsAnsweredWithTheBalanceAndTheFacts() {
    List<Fact> facts = adjust(7);
    AdjustPointsResponse answer = turn.answer(AdjustPointsResponse.class);
    assertThat(answer.getBalance()).isEqualTo(7);
    assertThat(answer.getFactsList()).isEqualTo(facts);
    assertThat(entries().get(0).getCause().getAdjustment().getReason()).isEqualTo("sorry");
  }

  @Test
  void nobodyGoesBelowZero() {
    adjust(7);
    refuses(
        -8,
        ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS,
        "amount: -8 (expected: at least -7, for the viewer can spend 7)");
    assertThat(state().getBalance()).isEqualTo(7);
    assertThat(entries()).hasSize(1);
  }

  @Test
  void nobodyGetsMoreThanTheMost() {
    turn.run(NOON, given(Account.MAX_POINTS - 1, Duration.ofDays(1), Duration.ZERO));
    refuses(2, ErrorReason.ERROR_REASON_POINTS_LIMIT_REACHED, "amount: 2 (expected: at most 1, ");
    assertThatThrownBy(() -> turn.run(NOON, given(2, Duration.ZERO, Duration.ZERO)))
        .isInstanceOf(ServiceException.class);
    adjust(1);
    turn.settle(NOON.plus(Duration.ofDays(1)));
    assertThat(state().getBalance()).isEqualTo(Account.MAX_POINTS);
  }

  @Test
  void otherRewardsAreLeftToOthers() {
    Fact badge =
        Fact.newBuilder()
            .setRewardGiven(
                RewardGiven.newBuilder()
                    .setReward(
                        Reward.newBuilder()
                            .setBadge(
                                io.flywheel.v1.BadgeReward.newBuilder().setBadgeId("early-bird"))))
            .build();
    assertThat(turn.run(NOON, badge)).isEmpty();
  }

  @Test
  void aPriceIsPaidAndARefundBringsBackWhatWasTaken() {
    turn.run(NOON, given(10, Duration.ZERO, Duration.ofDays(9)));
    List<Fact> facts = charge(7);
    assertThat(facts)
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getPointsBooked().getKind())
              .isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_SPENT);
          assertThat(fact.getPointsBooked().getCause()).isEqualTo(DRAW);
        });
    assertThatThrownBy(() -> charge(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("two charges for ");
    refund(3);
    assertThat(state().getBalance()).isEqualTo(6);
    assertThat(state().getLots(0).getLeft()).as("it lapses when it would have").isEqualTo(6);
    refund(4);
    assertThat(state().getLotsList()).extracting(Lot::getLeft).containsExactly(10L);
    Dated<ChargeState> charge = turn.get(charges, ChargeSlice.Key.of(turn.viewer(), DRAW));
    assertThat(charge.state().getPiecesList()).isEmpty();
    assertThat(charge.firstMillis()).isEqualTo(NOON.toEpochMilli());
  }

  @Test
  void whatIsRefundedOfAChargeThatNobodyRemembersNeverLapses() {
    refund(4);
    assertThat(state().getBalance()).isEqualTo(4);
    assertThat(state().getEndless()).isEqualTo(4);
    assertThat(turn.get(charges, ChargeSlice.Key.of(turn.viewer(), DRAW)).state())
        .isEqualTo(ChargeState.getDefaultInstance());
    turn.run(NOON, given(6, Duration.ZERO, Duration.ZERO));
    charge(5); // so that it can still be charged
  }

  @Test
  void whatWasEarnedIsTakenBackByItsPolicy() {
    turn.run(NOON, given(10, Duration.ofDays(1), Duration.ZERO));
    turn.run(NOON, given(5, Duration.ZERO, Duration.ZERO));
    revoke(4, 1, RefundPolicy.REFUND_POLICY_ONLY_PENDING);
    assertThat(state().getPending()).isEqualTo(6);
    assertThat(state().getBalance()).isEqualTo(5);
    revoke(9, 1, RefundPolicy.REFUND_POLICY_ONLY_PENDING);
    assertThat(state().getPending()).isZero();
    assertThat(state().getBalance()).as("what can be spent stays").isEqualTo(5);

    revoke(3, 2, RefundPolicy.REFUND_POLICY_WITHIN_BALANCE);
    revoke(3, 2, RefundPolicy.REFUND_POLICY_WITHIN_BALANCE);
    assertThat(state().getBalance()).isZero();
    assertThat(state().getDebt()).isZero();
    List<Fact> facts = revoke(7, 2, RefundPolicy.REFUND_POLICY_DEBT);
    assertThat(facts)
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getPointsBooked().getKind())
              .isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_DEBT_INCURRED);
          assertThat(fact.getPointsBooked().getCause()).isEqualTo(ORDER);
        });
    assertThat(state().getDebt()).isEqualTo(7);
    adjust(5);
    assertThat(state().getBalance()).as("a correction pays the debt first").isZero();
    assertThat(state().getDebt()).isEqualTo(2);
  }

  @Test
  void aHoldPaysInPartAndIsAnswered() {
    adjust(20);
    List<Fact> facts =
        turn.run(NOON, new HoldRequest.Place("cart", 15, Duration.ofHours(1), "a cart"));
    HoldPointsResponse held = turn.answer(HoldPointsResponse.class);
    assertThat(held.getBalance()).isEqualTo(5);
    assertThat(held.getFactsList()).isEqualTo(facts);
    assertThat(facts.get(0).getPointsBooked().getHeld()).isEqualTo(15);
    assertThat(facts.get(0).getPointsBooked().getCause().getHold().getReason()).isEqualTo("a cart");
    assertThat(state().getHolds(0).getLapsesMs())
        .isEqualTo(NOON.plus(Duration.ofHours(1)).toEpochMilli());
    assertThatThrownBy(
            () -> turn.run(NOON, new HoldRequest.Place("cart", 1, Duration.ofHours(1), "")))
        .hasMessage("hold_id: \"cart\" (expected: a new id, for this hold is open)");

    facts = turn.run(NOON, new HoldRequest.Commit("cart", 9));
    CommitHoldResponse paid = turn.answer(CommitHoldResponse.class);
    assertThat(paid.getBalance()).as("the rest can be spent again").isEqualTo(11);
    assertThat(paid.getFactsList()).isEqualTo(facts);
    assertThat(facts.get(0).getPointsBooked().getKind())
        .isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_COMMITTED);
    Cause cause = facts.get(0).getPointsBooked().getCause();
    assertThat(turn.get(charges, ChargeSlice.Key.of(turn.viewer(), cause)).state().getAmount())
        .as("it can be refunded")
        .isEqualTo(9);
    assertThatThrownBy(() -> turn.run(NOON, new HoldRequest.Release("cart")))
        .isInstanceOf(ServiceException.class);
    assertThatThrownBy(
            () -> turn.run(NOON, new HoldRequest.Place("cart", 2, Duration.ofHours(1), "a cart")))
        .as("it would pay a second time under one id")
        .hasMessage("hold_id: \"cart\" (expected: a new id, for this hold has paid)")
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_HOLD_EXISTS));
  }

  @Test
  void aHoldIsReleasedByTheWordOfThePlatformOrByTime() {
    adjust(20);
    turn.run(NOON, new HoldRequest.Place("first", 5, Duration.ofHours(1), ""));
    turn.run(NOON, new HoldRequest.Place("second", 5, Duration.ofHours(2), ""));
    List<Fact> facts = turn.run(NOON, new HoldRequest.Release("first"));
    assertThat(turn.answer(ReleaseHoldResponse.class).getBalance()).isEqualTo(15);
    assertThat(turn.answer(ReleaseHoldResponse.class).getFactsList()).isEqualTo(facts);
    turn.settle(NOON.plus(Duration.ofHours(2)).minusMillis(1));
    assertThat(state().getBalance()).isEqualTo(15);
    turn.settle(NOON.plus(Duration.ofHours(2)));
    assertThat(state().getBalance()).isEqualTo(20);
    assertThat(state().getHoldsList()).isEmpty();
  }

  @Test
  void viewersAreToldOfPointsThatLapseSoon() {
    List<PointsExpiring> told = new ArrayList<>();
    RecordingTurn listened =
        new RecordingTurn(
            TestPrograms.empty(),
            new ViewerKey("shop", "anna"),
            reactor,
            reactions -> reactions.onFact(PointsExpiring.class, (turn, near) -> told.add(near)));
    listened.run(NOON, given(10, Duration.ZERO, Duration.ofDays(30)));
    listened.settle(NOON.plus(Duration.ofDays(23)));
    assertThat(told).extracting(PointsExpiring::getAmount).containsExactly(10L);
  }

  /** Follow-ups that versions of before have left behind. */
  @Test
  void whatAnEarlierVersionLeftToBeDoneIsDone() {
    turn.restore(
        slice,
        turn.viewer(),
        PointsState.newBuilder().setPending(8).setEntries(3).setEndless(0).build());
    PointsMature left =
        PointsMature.newBuilder()
            .setAmount(8)
            .setEntryNumber(3)
            .setExpiresAfterMs(Duration.ofDays(1).toMillis())
            .build();
    turn.run(NOON, left);
    assertThat(state().getBalance()).isEqualTo(8);
    assertThat(state().getPending()).isZero();
    assertThat(entries().get(0).getCause().getPoints().getEntryNumber()).isEqualTo(3);
    turn.run(NOON.plus(Duration.ofDays(1)), PointsExpire.getDefaultInstance());
    assertThat(state().getBalance()).isZero();
  }

  @Test
  void anAccountOfBeforeHasPointsWithoutAnEnd() {
    turn.restore(
        slice,
        turn.viewer(),
        PointsState.newBuilder()
            .setBalance(10)
            .setEntries(2)
            .addLots(
                Lot.newBuilder()
                    .setEntryNumber(1)
                    .setLeft(4)
                    .setExpiresMs(NOON.plusSeconds(60).toEpochMilli()))
            .build());
    adjust(1);
    assertThat(state().getEndless()).as("what is in no lot").isEqualTo(7);
    assertThat(state().getBalance()).isEqualTo(11);
  }

  @Test
  void ofTooManyPendingLotsThoseThatMatureNextToEachOtherBecomeOne() {
    for (int i = 0; i < Account.MAX_PENDING_LOTS; i++) {
      turn.run(NOON, given(1, Duration.ofHours(10L * (1 + i)), Duration.ofDays(2)));
    }
    turn.run(NOON, given(2, Duration.ofHours(31), Duration.ofDays(3)));
    assertThat(state().getPendingLotsCount()).isEqualTo(Account.MAX_PENDING_LOTS);
    assertThat(state().getPending()).isEqualTo(Account.MAX_PENDING_LOTS + 2);
    PendingLot merged = state().getPendingLots(2);
    assertThat(merged.getAmount()).isEqualTo(3);
    assertThat(merged.getDueMs()).isEqualTo(NOON.plus(Duration.ofHours(31)).toEpochMilli());
    assertThat(merged.getExpiresAfterMs())
        .as("neither of them lapses early")
        .isEqualTo(Duration.ofDays(3).toMillis());
    turn.run(NOON, given(2, Duration.ofHours(41), Duration.ZERO));
    assertThat(state().getPendingLots(3).getExpiresAfterMs()).as("one has no end").isZero();
    assertThat(state().getPendingLots(3).getAmount()).isEqualTo(3);
  }

  @Test
  void ofTooManyLotsTheTwoThatLapseNextToEachOtherBecomeOne() {
    PointsState.Builder account = PointsState.newBuilder();
    for (int i = 0; i < Lots.MAX_LOTS; i++) {
      Lots.add(account, lot(i, 100L * (i + 1), 1));
    }
    assertThat(account.getLotsCount()).isEqualTo(Lots.MAX_LOTS);
    Lots.add(account, lot(1_000, 510, 7));
    assertThat(account.getLotsCount()).isEqualTo(Lots.MAX_LOTS);
    assertThat(account.getLots(4))
        .as("the later takes in the earlier")
        .isEqualTo(lot(1_000, 510, 8));
    Lots.add(account, lot(1_000, 510, 2));
    assertThat(account.getLots(4)).as("what comes back").isEqualTo(lot(1_000, 510, 10));
    Lots.add(account, lot(2_000, 25_690, 1));
    assertThat(account.getLots(Lots.MAX_LOTS - 1).getExpiresMs()).isEqualTo(25_690);
    assertThat(Lots.sum(account)).isEqualTo(Lots.MAX_LOTS + 7 + 2 + 1);
  }

  private static Lot lot(long entry, long expiresMillis, long left) {
    return Lot.newBuilder().setEntryNumber(entry).setExpiresMs(expiresMillis).setLeft(left).build();
  }

  @Test
  void pointsAsRewardsAreBookedAndGrantNothing() {
    PointsKind kind = new PointsKind();
    Reward three = Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(3)).build();
    assertThat(kind.kind()).isEqualTo(Reward.KindCase.POINTS);
    assertThat(kind.isGranted()).isFalse();
    assertThat(kind.quantity(three)).isEqualTo(3);
    assertThat(kind.times(three, 4).orElseThrow().getPoints().getAmount()).isEqualTo(12);
    assertThat(kind.times(three, Long.MAX_VALUE).orElseThrow().getPoints().getAmount())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(kind.part(three, 2).getPoints().getAmount()).isEqualTo(2);
  }

  @Test
  void conditionsKnowWhatCanBeSpentByNow() {
    RecordingTurn all =
        new RecordingTurn(
            TestPrograms.empty(), new ViewerKey("shop", "anna"), TestPrograms.reactors());
    all.run(NOON, given(10, Duration.ZERO, Duration.ofDays(1)));
    assertThat(all.profileNow().getPoints()).isEqualTo(10);
    all.setAt(NOON.plus(Duration.ofDays(1)));
    assertThat(all.profileNow().getPoints()).as("they have lapsed").isZero();
  }

  @Test
  void pricesOfPointsArePaidHere() {
    assertThat(reactor.kinds()).containsExactly(Price.KindCase.POINTS);
  }

  private List<Fact> charge(long amount) {
    return turn.run(
        NOON,
        Facts.of(PriceCharged.newBuilder().setPrice(points(amount)).setCause(DRAW).build())
            .build());
  }

  private void refund(long amount) {
    turn.run(
        NOON,
        Facts.of(PriceRefunded.newBuilder().setPart(points(amount)).setCause(DRAW).build())
            .build());
  }

  private List<Fact> revoke(long amount, long entryNumber, RefundPolicy policy) {
    return turn.run(
        NOON,
        Facts.of(
                RewardRevoked.newBuilder()
                    .setPart(
                        Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(amount)))
                    .setNumber(entryNumber)
                    .setPolicy(policy)
                    .setReason(ORDER)
                    .build())
            .build());
  }

  private static Price points(long amount) {
    return Price.newBuilder().setPoints(PointsPrice.newBuilder().setAmount(amount)).build();
  }

  static Fact given(long amount, Duration pending, Duration expiresAfter) {
    PointsReward.Builder points =
        PointsReward.newBuilder()
            .setAmount(amount)
            .setPending(Durations.fromMillis(pending.toMillis()));
    if (!expiresAfter.isZero()) {
      points.setExpiresAfter(Durations.fromMillis(expiresAfter.toMillis()));
    }
    return Fact.newBuilder()
        .setRewardGiven(
            RewardGiven.newBuilder()
                .setReward(Reward.newBuilder().setPoints(points))
                .setCause(CHECK_IN))
        .build();
  }

  private List<Fact> adjust(long amount) {
    return turn.run(
        NOON, new Adjustment(amount, AdjustmentCause.newBuilder().setReason("sorry").build()));
  }

  private void refuses(long amount, ErrorReason reason, String message) {
    assertThatThrownBy(() -> adjust(amount))
        .hasMessageStartingWith(message)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private PointsState state() {
    return turn.get(slice);
  }

  private List<PointsEntry> entries() {
    return turn.rows(LedgerEntry.class).stream().map(LedgerEntry::entry).toList();
  }
}
