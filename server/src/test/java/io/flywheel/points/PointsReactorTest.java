package io.flywheel.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CheckInCause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PointsReactorTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Cause CHECK_IN =
      Cause.newBuilder().setCheckIn(CheckInCause.newBuilder().setStreak(7)).build();

  private final PointsSlice slice = new PointsSlice();
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.empty(),
          new ViewerKey("shop", "anna"),
          new PointsReactor(slice, new ChargeSlice(), new LedgerAppender()));

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
