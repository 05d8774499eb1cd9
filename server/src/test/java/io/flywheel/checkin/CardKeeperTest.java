package io.flywheel.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.engine.Facts;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceReactor;
import io.flywheel.testing.KeepersForTests;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.FreezePrice;
import io.flywheel.v1.FreezeReward;
import io.flywheel.v1.MakeUpCardPrice;
import io.flywheel.v1.MakeUpCardReward;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.PriceRefunded;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CardKeeperTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final CheckInSlice slice = TestPrograms.instance(CheckInSlice.class);
  private final CardKeeper keeper = new CardKeeper(slice);
  private final ViewerKey anna = new ViewerKey("shop", "anna");
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.empty(), anna, keeper, new PriceReactor(KeepersForTests.with(keeper)));

  @Test
  void aChargeTakesWhatItIsToTheLastPiece() {
    hold(3, 2);
    charge(cards(1));
    assertHeld(2, 2);
    charge(cards(2));
    assertHeld(0, 2);
    charge(freezes(2));
    assertHeld(0, 0);
  }

  @Test
  void whoHoldsLessPaysNothing() {
    hold(1, 1);
    assertRefused(
        ErrorReason.ERROR_REASON_NO_MAKE_UP_CARD,
        "price.make_up_card: 2 (expected: at most 1, for the viewer holds no more)",
        cards(2));
    assertRefused(
        ErrorReason.ERROR_REASON_INSUFFICIENT_FREEZES,
        "price.freeze: 2 (expected: at most 1, for the viewer holds no more)",
        freezes(2));
    assertHeld(1, 1);
  }

  @Test
  void aRefundBringsBackWhatWasPaid() {
    hold(1, 0);
    turn.run(NOON, Facts.of(PriceRefunded.newBuilder().setPart(cards(2)).build()).build());
    turn.run(NOON, Facts.of(PriceRefunded.newBuilder().setPart(freezes(3)).build()).build());
    assertHeld(3, 3);
  }

  @Test
  void whatIsTakenBackIsTakenAsFarAsItIsThere() {
    hold(3, 3);
    revoke(Reward.newBuilder().setMakeUpCard(MakeUpCardReward.newBuilder().setCount(2)));
    assertHeld(1, 3);
    revoke(Reward.newBuilder().setFreeze(FreezeReward.newBuilder().setCount(4)));
    assertHeld(1, 0);
    revoke(Reward.newBuilder().setMakeUpCard(MakeUpCardReward.newBuilder().setCount(2)));
    assertHeld(0, 0);
    revoke(Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(5)));
    assertHeld(0, 0);
  }

  @Test
  void soManyTimesARewardIsOneOfALargerCount() {
    Reward cards =
        Reward.newBuilder().setMakeUpCard(MakeUpCardReward.newBuilder().setCount(2)).build();
    Reward freezes = Reward.newBuilder().setFreeze(FreezeReward.newBuilder().setCount(3)).build();
    assertThat(CheckInReward.MAKE_UP_CARD.times(cards, 4).orElseThrow().getMakeUpCard().getCount())
        .isEqualTo(8);
    assertThat(CheckInReward.FREEZE.times(freezes, 4).orElseThrow().getFreeze().getCount())
        .isEqualTo(12);
    assertThat(CheckInReward.MAKE_UP_CARD.quantity(cards)).isEqualTo(2);
    assertThat(CheckInReward.FREEZE.quantity(freezes)).isEqualTo(3);
    assertThat(CheckInReward.MAKE_UP_CARD.part(cards, 1).getMakeUpCard().getCount()).isEqualTo(1);
    assertThat(CheckInReward.FREEZE.part(freezes, 2).getFreeze().getCount()).isEqualTo(2);
    assertThat(Set.of(CheckInReward.values())).allMatch(CheckInReward::isGranted);
  }

  @Test
  void conditionsKnowCheckInsAlsoThoseThatWereKeptInTheViewersRow() {
    CheckInProfile profile = new CheckInProfile(slice);
    assertThat(profile.fields()).containsExactlyInAnyOrder("streak", "check_ins");
    assertThat(profile.slices()).hasSize(1);
    turn.setProfile(ViewerProfile.newBuilder().setCheckIns(10).setStreak(4).build());
    hold(0, 0);
    assertThat(contributed(profile).getCheckIns()).isEqualTo(10);

    turn.setProfile(ViewerProfile.getDefaultInstance());
    turn.restore(slice, anna, turn.get(slice).toBuilder().setCheckIns(11).setStreak(5).build());
    assertThat(contributed(profile).getCheckIns()).isEqualTo(11);
    assertThat(contributed(profile).getStreak()).isEqualTo(5);
  }

  @Test
  void checkInsAreCountedByTheirTrigger() {
    CheckInOccurrences occurrences = new CheckInOccurrences();
    assertThat(occurrences.triggers())
        .singleElement()
        .satisfies(kind -> assertThat(kind.trigger()).isEqualTo(Trigger.TRIGGER_CHECK_IN));
  }

  private ViewerProfile contributed(CheckInProfile section) {
    ViewerProfile.Builder profile = turn.profile().toBuilder();
    section.contribute(turn, profile);
    return profile.build();
  }

  private void hold(int makeUpCards, int freezes) {
    turn.restore(
        slice,
        anna,
        CheckInState.newBuilder().setMakeUpCards(makeUpCards).setFreezes(freezes).build());
  }

  private void assertHeld(int makeUpCards, int freezes) {
    assertThat(turn.get(slice).getMakeUpCards()).as("make-up cards").isEqualTo(makeUpCards);
    assertThat(turn.get(slice).getFreezes()).as("freezes").isEqualTo(freezes);
  }

  private void charge(Price.Builder price) {
    assertThat(turn.run(NOON, Facts.of(PriceCharged.newBuilder().setPrice(price).build()).build()))
        .isEmpty();
  }

  private void revoke(Reward.Builder part) {
    assertThat(turn.run(NOON, Facts.of(RewardRevoked.newBuilder().setPart(part).build()).build()))
        .isEmpty();
  }

  private void assertRefused(ErrorReason reason, String message, Price.Builder price) {
    assertThatThrownBy(() -> charge(price))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static Price.Builder cards(int count) {
    return Price.newBuilder().setMakeUpCard(MakeUpCardPrice.newBuilder().setCount(count));
  }

  private static Price.Builder freezes(int count) {
    return Price.newBuilder().setFreeze(FreezePrice.newBuilder().setCount(count));
  }
}
