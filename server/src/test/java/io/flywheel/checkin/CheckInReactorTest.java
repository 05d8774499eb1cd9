package io.flywheel.checkin;

import static io.flywheel.checkin.CheckInWorld.checkedIn;
import static io.flywheel.checkin.CheckInWorld.day;
import static io.flywheel.checkin.CheckInWorld.noon;
import static io.flywheel.checkin.CheckInWorld.paid;
import static io.flywheel.checkin.CheckInWorld.points;
import static io.flywheel.checkin.CheckInWorld.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.CheckInMethod;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.FreezeReward;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StreakMode;
import io.flywheel.v1.StreakReward;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CheckInReactorTest {
  private static final LocalDate FIRST = day("2026-01-01");

  @Test
  void threeYearsOfDaysPayEachCountOnce() {
    CheckInWorld world = new CheckInWorld(rules(1, 7, 21, 30).addCumulative(points(100)));
    List<Integer> paid = new ArrayList<>();
    for (int i = 0; i < 1_095; i++) {
      paid.addAll(paid(world.checkIn(FIRST.plusDays(i))));
    }
    assertThat(paid).containsExactly(1, 7, 21, 30, -100);
    CheckInStanding standing = world.standing(FIRST.plusDays(1_094));
    assertThat(standing.getStreak()).isEqualTo(1_095);
    assertThat(standing.getLongestStreak()).isEqualTo(1_095);
    assertThat(standing.getCumulative()).isEqualTo(1_095);
    assertThat(standing.getLatestPeriod()).isEqualTo("2028-12-30");
    assertThat(standing.getCheckedInNow()).isTrue();
    assertThat(standing.hasNextConsecutive()).isFalse();
    assertThat(standing.hasNextCumulative()).isFalse();
  }

  @Test
  void stateStaysSmallWhoeverComesEveryOtherDay() {
    CheckInWorld world = new CheckInWorld(rules(1));
    for (int i = 0; i < 3_000; i += 2) {
      assertThat(paid(world.checkIn(FIRST.plusDays(i)))).containsExactly(1);
    }
    assertThat(world.state().getDays().getRunsCount())
        .isLessThanOrEqualTo(StreakRules.REMEMBERED / 2 + 1);
    assertThat(world.state().getSerializedSize()).isLessThan(4_000);
    assertThat(world.standing(FIRST.plusDays(2_998)).getCumulative()).isEqualTo(1_500);
    assertThat(world.checkIn(FIRST.plusDays(1))).as("too old to be known").isEmpty();
  }

  @Test
  void aSecondCheckInOfADayChangesNothing() {
    CheckInWorld world = new CheckInWorld(rules(1));
    assertThat(world.checkIn(FIRST)).hasSize(2);
    assertThat(world.answer().getAlreadyCheckedIn()).isFalse();
    assertThat(world.answer().getFactsList()).hasSize(2);
    CheckInState before = world.state();

    assertThat(world.checkIn(noon(FIRST).plusSeconds(3_600))).isEmpty();

    assertThat(world.answer().getAlreadyCheckedIn()).isTrue();
    assertThat(world.answer().getFactsList()).isEmpty();
    assertThat(world.answer().getStanding().getStreak()).isEqualTo(1);
    assertThat(world.state()).isEqualTo(before);
  }

  @Test
  void aMissedDayBeginsANewRunThatPaysAgain() {
    CheckInWorld world = new CheckInWorld(rules(1, 3));
    List<Integer> paid = new ArrayList<>();
    for (int i : new int[] {0, 1, 2, 3, 5, 6, 7}) {
      paid.addAll(paid(world.checkIn(FIRST.plusDays(i))));
    }
    assertThat(paid).containsExactly(1, 3, 1, 3);
    assertThat(world.standing(FIRST.plusDays(8)).getStreak()).isEqualTo(3);
    assertThat(world.standing(FIRST.plusDays(9)).getStreak()).isZero();
    assertThat(world.standing(FIRST.plusDays(9)).getLongestStreak()).isEqualTo(4);
  }

  @Test
  void theNextRewardsSayHowMuchIsMissing() {
    CheckInWorld world = new CheckInWorld(rules(1, 7).addCumulative(points(10)));
    assertThat(world.standing(FIRST).getNextConsecutive().getCount()).isEqualTo(1);
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(1));
    CheckInStanding standing = world.standing(FIRST.plusDays(2));
    assertThat(standing.getCheckedInNow()).isFalse();
    assertThat(standing.getNextConsecutive().getCount()).isEqualTo(7);
    assertThat(standing.getNextConsecutive().getMissing()).isEqualTo(5);
    assertThat(standing.getNextConsecutive().getRewards(0).getPoints().getAmount()).isEqualTo(7);
    assertThat(standing.getNextCumulative().getMissing()).isEqualTo(8);
    assertThat(world.standing(FIRST.plusDays(3)).getNextConsecutive().getCount())
        .as("the streak is lost, so its first day comes again")
        .isEqualTo(1);
  }

  @Test
  void aStampCardDoesNotMindGapsAndIsFollowedByANewOne() {
    CheckInWorld world = new CheckInWorld(rules(1, 3).setMode(StreakMode.STREAK_MODE_STAMP_CARD));
    world.giveFreezes(2);
    List<Integer> paid = new ArrayList<>();
    List<Integer> streaks = new ArrayList<>();
    for (int i : new int[] {0, 2, 9, 10, 30}) {
      List<Fact> facts = world.checkIn(FIRST.plusDays(i));
      paid.addAll(paid(facts));
      streaks.add(checkedIn(facts).getStreak());
    }
    assertThat(streaks).containsExactly(1, 2, 3, 1, 2);
    assertThat(paid).containsExactly(1, 3, 1);
    CheckInStanding standing = world.standing(FIRST.plusDays(60));
    assertThat(standing.getStreak()).isEqualTo(2);
    assertThat(standing.getNextConsecutive().getMissing()).isEqualTo(1);
    assertThat(standing.getLongestStreak()).isEqualTo(2);
    assertThat(standing.getFreezes()).as("a card needs none").isEqualTo(2);
  }

  @Test
  void aFullCardShowsWhatTheNextOneBrings() {
    CheckInWorld world = new CheckInWorld(rules(2).setMode(StreakMode.STREAK_MODE_STAMP_CARD));
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(5));
    CheckInStanding full = world.standing(FIRST.plusDays(6));
    assertThat(full.getStreak()).isEqualTo(2);
    assertThat(full.getNextConsecutive().getCount()).isEqualTo(2);
    assertThat(full.getNextConsecutive().getMissing()).isEqualTo(2);
  }

  @Test
  void freezesCoverAWholeGapOrNothing() {
    CheckInWorld world = new CheckInWorld(rules(1, 3));
    world.giveFreezes(2);
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(1));
    assertThat(world.standing(FIRST.plusDays(4)).getStreak()).isEqualTo(2);
    assertThat(world.standing(FIRST.plusDays(5)).getStreak()).isZero();

    List<Fact> covered = world.checkIn(FIRST.plusDays(3));
    assertThat(checkedIn(covered).getFreezesUsed()).isEqualTo(1);
    assertThat(checkedIn(covered).getStreak()).as("a frozen day adds nothing").isEqualTo(3);
    assertThat(paid(covered)).containsExactly(3);

    List<Fact> tooMany = world.checkIn(FIRST.plusDays(6));
    assertThat(checkedIn(tooMany).getFreezesUsed()).isZero();
    assertThat(checkedIn(tooMany).getStreak()).isEqualTo(1);
    assertThat(paid(tooMany)).containsExactly(1);
    assertThat(world.standing(FIRST.plusDays(6)).getFreezes()).isEqualTo(1);
  }

  @Test
  void noMoreFreezesAreHeldThanTheProgramAllows() {
    CheckInWorld world = new CheckInWorld(rules(1).setMaxFreezes(3));
    world.giveFreezes(2);
    world.giveFreezes(2);
    assertThat(world.standing(FIRST).getFreezes()).isEqualTo(3);

    world.apply(rules(1).setMaxFreezes(1));
    world.giveFreezes(1);
    assertThat(world.standing(FIRST).getFreezes()).as("what is held stays").isEqualTo(3);
  }

  @Test
  void rewardsOfCheckInAddFreezes() {
    Reward freeze = Reward.newBuilder().setFreeze(FreezeReward.newBuilder().setCount(1)).build();
    CheckInWorld world =
        new CheckInWorld(
            rules().addConsecutive(StreakReward.newBuilder().setCount(2).addRewards(freeze)));
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(1));
    assertThat(world.answer().getStanding().getFreezes()).isEqualTo(1);
    assertThat(checkedIn(world.checkIn(FIRST.plusDays(3))).getStreak()).isEqualTo(3);
  }

  @Test
  void aLateCheckInGivesBackTheFreezeOfItsDay() {
    CheckInWorld world = new CheckInWorld(rules(1, 3));
    world.giveFreezes(1);
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(2));
    assertThat(world.standing(FIRST.plusDays(2)).getFreezes()).isZero();

    List<Fact> late = world.checkIn(FIRST.plusDays(1));

    assertThat(checkedIn(late).getStreak()).isEqualTo(3);
    assertThat(paid(late)).containsExactly(3);
    assertThat(world.standing(FIRST.plusDays(2)).getFreezes()).isEqualTo(1);
    assertThat(world.state().getDays().getFrozenList()).isEmpty();
  }

  @Test
  void aMakeUpCardJoinsStreaksAndPaysWhatTheyEarnedTogether() {
    CheckInWorld world = new CheckInWorld(rules(1, 3, 5).addCumulative(points(5)));
    world.giveCards(1);
    for (int i : new int[] {0, 1, 3, 4}) {
      world.checkIn(FIRST.plusDays(i));
    }
    List<Fact> facts = world.makeUp(FIRST.plusDays(2), FIRST.plusDays(4));
    assertThat(checkedIn(facts).getMadeUp()).isTrue();
    assertThat(checkedIn(facts).getPeriod()).isEqualTo("2026-01-03");
    assertThat(checkedIn(facts).getStreak()).isEqualTo(5);
    assertThat(paid(facts)).containsExactly(3, 5, -5);
    assertThat(world.madeUp().getStanding().getStreak()).isEqualTo(5);
    assertThat(world.madeUp().getFactsList()).isEqualTo(facts);
    assertThat(world.standing(FIRST.plusDays(4)).getMakeUpCards()).isZero();
  }

  @Test
  void aLateCheckInClosesTheGapBeforeItFirstAndTheNextWithWhatIsLeft() {
    CheckInWorld world = new CheckInWorld(rules(1).setMaxFreezes(9));
    world.giveFreezes(3);
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(6));

    List<Fact> late = world.checkIn(FIRST.plusDays(3));

    assertThat(checkedIn(late).getFreezesUsed()).isEqualTo(2);
    assertThat(checkedIn(late).getStreak()).as("two days are still open").isEqualTo(2);
    assertThat(world.standing(FIRST.plusDays(6)).getFreezes()).isEqualTo(1);
    assertThat(world.standing(FIRST.plusDays(6)).getStreak()).isEqualTo(1);
    world.giveFreezes(1);
    List<Fact> later = world.checkIn(FIRST.plusDays(4));
    assertThat(checkedIn(later).getFreezesUsed()).isEqualTo(1);
    assertThat(checkedIn(later).getStreak()).isEqualTo(4);
    assertThat(world.state().getDays().getFrozenList())
        .containsExactly(epochDay(1), epochDay(2), epochDay(5));
  }

  @Test
  void aDayOfFourHundredDaysAgoIsTheLastThatCanStillBeHeardOf() {
    CheckInWorld world = new CheckInWorld(rules(1));
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(401));
    assertThat(world.checkIn(FIRST)).as("checked in, as far as is known").isEmpty();
    assertThat(world.state().getDays().getRunsCount()).as("the first is forgotten").isEqualTo(1);
    assertThat(checkedIn(world.checkIn(FIRST.plusDays(1))).getCumulative()).isEqualTo(3);
    world.checkIn(FIRST.plusDays(402));
    assertThat(world.state().getDays().getRunsCount()).isEqualTo(1);
    assertThat(world.standing(FIRST.plusDays(402)).getCumulative()).isEqualTo(4);
  }

  @Test
  void whatIsKeptOfFreezesAndCardsIsForgottenWithItsDays() {
    CheckInWorld world = new CheckInWorld(rules(1).setMaxFreezes(9));
    world.giveFreezes(2);
    world.giveCards(1);
    world.checkIn(FIRST);
    world.checkIn(FIRST.plusDays(3));
    world.makeUp(FIRST.plusDays(4), FIRST.plusDays(5));
    List<Integer> frozen = List.of(epochDay(1), epochDay(2));
    assertThat(world.state().getDays().getFrozenList()).isEqualTo(frozen);

    world.checkIn(FIRST.plusDays(1 + StreakRules.REMEMBERED));
    assertThat(world.state().getDays().getFrozenList()).isEqualTo(frozen);
    world.checkIn(FIRST.plusDays(2 + StreakRules.REMEMBERED));
    assertThat(world.state().getDays().getFrozenList()).containsExactly(epochDay(2));
    world.checkIn(FIRST.plusDays(4 + StreakRules.REMEMBERED));
    assertThat(world.state().getDays().getFrozenList()).isEmpty();
    assertThat(world.state().getMadeUpList()).containsExactly(epochDay(4));
    world.checkIn(FIRST.plusDays(5 + StreakRules.REMEMBERED));
    assertThat(world.state().getMadeUpList()).isEmpty();
  }

  @Test
  void conditionsKnowTheStreakAndHowOftenAViewerHasCheckedIn() {
    CheckInWorld world = new CheckInWorld(rules(1));
    for (int i : new int[] {0, 1, 2, 5, 6}) {
      world.checkIn(FIRST.plusDays(i));
    }
    assertThat(world.known().getStreak()).isEqualTo(2);
    assertThat(world.known().getCheckIns()).isEqualTo(5);
  }

  @Test
  void onlyMissedDaysWithinReachCanBeMadeUp() {
    CheckInWorld world = new CheckInWorld(rules(1).setMakeUpDays(3));
    LocalDate today = FIRST.plusDays(9);
    world.checkIn(today.minusDays(2));
    assertThat(refusal(() -> world.makeUp(today.minusDays(1), today)))
        .isEqualTo(ErrorReason.ERROR_REASON_NO_MAKE_UP_CARD);
    world.giveCards(2);
    for (LocalDate day :
        List.of(today.plusDays(1), today, today.minusDays(2), today.minusDays(4))) {
      assertThat(refusal(() -> world.makeUp(day, today)))
          .as(day.toString())
          .isEqualTo(ErrorReason.ERROR_REASON_DAY_NOT_MISSED);
    }
    assertThat(checkedIn(world.makeUp(today.minusDays(3), today)).getStreak())
        .as("a day before the first check-in")
        .isEqualTo(2);
    assertThat(checkedIn(world.makeUp(today.minusDays(1), today)).getStreak()).isEqualTo(3);
    assertThat(world.standing(today).getStreak()).isEqualTo(3);
  }

  @Test
  void countsInAllArePaidOnceForEver() {
    CheckInWorld world =
        new CheckInWorld(rules().addCumulative(points(1)).addCumulative(points(3)));
    List<Integer> paid = new ArrayList<>();
    for (int i : new int[] {0, 10, 20, 30, 31}) {
      paid.addAll(paid(world.checkIn(FIRST.plusDays(i))));
    }
    assertThat(paid).containsExactly(-1, -3);
  }

  @Test
  void aNewVersionOfTheProgramPaysItsNewCountsWithTheNextCheckIn() {
    CheckInWorld world = new CheckInWorld(rules(1, 7));
    for (int i = 0; i < 4; i++) {
      world.checkIn(FIRST.plusDays(i));
    }
    world.apply(rules(1, 3, 7).addCumulative(points(2)));
    assertThat(world.standing(FIRST.plusDays(4)).getNextConsecutive().getMissing()).isEqualTo(1);
    assertThat(paid(world.checkIn(FIRST.plusDays(4)))).containsExactly(3, -2);
  }

  @Test
  void aChangeOfModePaysNothingTwice() {
    CheckInWorld world = new CheckInWorld(rules(1, 3));
    for (int i = 0; i < 4; i++) {
      world.checkIn(FIRST.plusDays(i));
    }
    world.apply(rules(2, 4).setMode(StreakMode.STREAK_MODE_STAMP_CARD));
    List<Integer> paid = new ArrayList<>();
    for (int i = 4; i < 8; i++) {
      paid.addAll(paid(world.checkIn(FIRST.plusDays(i))));
    }
    assertThat(paid).containsExactly(2, 4);
    world.apply(rules(1, 3, 9));
    assertThat(paid(world.checkIn(FIRST.plusDays(8)))).containsExactly(9);
  }

  @Test
  void aCardThatShrinksIsFullWithTheNextStamp() {
    CheckInWorld world = new CheckInWorld(rules(8).setMode(StreakMode.STREAK_MODE_STAMP_CARD));
    for (int i = 0; i < 6; i++) {
      world.checkIn(FIRST.plusDays(i));
    }
    world.apply(rules(2, 4).setMode(StreakMode.STREAK_MODE_STAMP_CARD));
    assertThat(paid(world.checkIn(FIRST.plusDays(6)))).containsExactly(2, 4);
    assertThat(world.answer().getStanding().getStreak()).isEqualTo(4);
    assertThat(checkedIn(world.checkIn(FIRST.plusDays(7))).getStreak()).isEqualTo(1);
  }

  @Test
  void checkInByCallNeedsAProvenPresence() {
    CheckInWorld world = new CheckInWorld(rules(1).setOutsideRooms(false));
    assertThat(refusal(() -> world.checkIn(FIRST))).isEqualTo(ErrorReason.ERROR_REASON_NOT_IN_ROOM);
    assertThat(world.enter(noon(FIRST), "room-1", "show-1")).isEmpty();

    assertThat(refusal(() -> world.checkIn(noon(FIRST).plus(Duration.ofMillis(90_001)))))
        .isEqualTo(ErrorReason.ERROR_REASON_NOT_IN_ROOM);
    List<Fact> facts = world.checkIn(noon(FIRST).plusSeconds(90));
    assertThat(checkedIn(facts).getRoomId()).isEqualTo("room-1");
  }

  @Test
  void enteringARoomChecksInWhereTheProgramSaysSo() {
    CheckInWorld world =
        new CheckInWorld(
            rules(1).setOutsideRooms(false).setMethod(CheckInMethod.CHECK_IN_METHOD_ON_ENTER));
    assertThat(checkedIn(world.enter(noon(FIRST), "room-1", "show-1")).getRoomId())
        .isEqualTo("room-1");
    assertThat(world.enter(noon(FIRST).plusSeconds(9), "room-2", "show-2")).isEmpty();
    world.checkIn(noon(FIRST).plusSeconds(10));
    assertThat(world.answer().getAlreadyCheckedIn()).isTrue();
  }

  @Test
  void withoutRulesThereIsNoCheckInButCardsAreKept() {
    CheckInWorld world = new CheckInWorld(Program.newBuilder());
    assertThat(refusal(() -> world.checkIn(FIRST)))
        .isEqualTo(ErrorReason.ERROR_REASON_CHECK_IN_NOT_CONFIGURED);
    assertThat(refusal(() -> world.makeUp(FIRST, FIRST)))
        .isEqualTo(ErrorReason.ERROR_REASON_CHECK_IN_NOT_CONFIGURED);
    assertThat(world.enter(noon(FIRST), "room-1", "show-1")).isEmpty();
    world.giveCards(1);
    world.apply(CheckInRules.newBuilder());
    assertThat(world.standing(FIRST).getMakeUpCards()).isEqualTo(1);
  }

  private static int epochDay(int day) {
    return (int) FIRST.plusDays(day).toEpochDay();
  }

  static ErrorReason refusal(ThrowingCallable call) {
    return catchThrowableOfType(ServiceException.class, call).reason();
  }
}
