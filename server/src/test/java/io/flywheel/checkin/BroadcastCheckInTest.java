package io.flywheel.checkin;

import static io.flywheel.checkin.CheckInWorld.checkedIn;
import static io.flywheel.checkin.CheckInWorld.day;
import static io.flywheel.checkin.CheckInWorld.noon;
import static io.flywheel.checkin.CheckInWorld.paid;
import static io.flywheel.checkin.CheckInWorld.points;
import static io.flywheel.checkin.CheckInWorld.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.CheckInMethod;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetCheckInCalendarResponse;
import io.flywheel.v1.NotCountedReason;
import io.flywheel.v1.StreakCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BroadcastCheckInTest {
  private static final LocalDate FIRST = day("2026-01-01");

  private final CheckInWorld world = new CheckInWorld(broadcasts());

  @Test
  void showsOfARoomInARowArePaidForEachRoomByItself() {
    List<Integer> paid = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      paid.addAll(paid(come("mei", "room-1", "show-" + i, i)));
      paid.addAll(paid(come("mei", "room-2", "other-" + i, i)));
    }
    assertThat(paid).containsExactly(1, 1, 3, -3, 3, -3);
    CheckInStanding standing = world.standing(now(2), "room-1");
    assertThat(standing.getStreak()).isEqualTo(3);
    assertThat(standing.getLatestPeriod()).isEqualTo("broadcast:show-2");
  }

  @Test
  void aFactNamesTheBroadcastAndTheRoom() {
    List<Fact> facts = come("mei", "room-1", "show-1", 0);
    assertThat(checkedIn(facts).getPeriod()).isEqualTo("broadcast:show-1");
    assertThat(checkedIn(facts).getRoomId()).isEqualTo("room-1");
    assertThat(facts.get(1).getRewardGiven().getCause().getCheckIn().getRoomId())
        .isEqualTo("room-1");
  }

  @Test
  void aShowThatOthersCameToIsMissedOnceTheNextButOneIsOn() {
    come("mei", "room-1", "show-1", 0);
    come("tom", "room-1", "show-2", 1);
    world.become("mei");
    assertThat(world.standing(now(1), "room-1").getStreak()).as("show-2 may be on").isEqualTo(1);
    come("tom", "room-1", "show-3", 2);
    world.become("mei");
    assertThat(world.standing(now(2), "room-1").getStreak()).isZero();
    assertThat(checkedIn(come("mei", "room-1", "show-3", 2)).getStreak()).isEqualTo(1);
    assertThat(checkedIn(come("mei", "room-1", "show-2", 3)).getStreak())
        .as("heard of late")
        .isEqualTo(3);
  }

  @Test
  void whoIsInANewShowHasMissedTheOneBefore() {
    come("mei", "room-1", "show-1", 0);
    come("tom", "room-1", "show-2", 1);
    world.become("mei");
    world.enter(now(2), "room-1", "show-3");
    assertThat(world.standing(now(2), "room-1").getStreak()).isZero();
    assertThat(world.standing(now(2), "room-1").getCheckedInNow()).isFalse();
  }

  @Test
  void aShowIsCheckedInOnce() {
    come("mei", "room-1", "show-1", 0);
    assertThat(come("mei", "room-1", "show-1", 0)).isEmpty();
    come("mei", "room-1", "show-2", 1);
    assertThat(come("mei", "room-1", "show-1", 1)).as("back in the first").isEmpty();
    assertThat(world.answer().getAlreadyCheckedIn()).isTrue();
    assertThat(world.answer().getStanding().getCheckedInNow()).isTrue();
    assertThat(world.answer().getStanding().getStreak()).isEqualTo(2);
  }

  @Test
  void aDayStandsForABroadcastThatIsNotNamed() {
    assertThat(checkedIn(come("mei", "room-1", "", 0)).getPeriod())
        .isEqualTo("broadcast:day:2026-01-01");
    assertThat(come("mei", "room-1", "", 0)).isEmpty();
    assertThat(checkedIn(come("mei", "room-1", "", 1)).getStreak()).isEqualTo(2);
  }

  @Test
  void enteringChecksInWhereTheProgramSaysSo() {
    CheckInWorld onEnter =
        new CheckInWorld(broadcasts().setMethod(CheckInMethod.CHECK_IN_METHOD_ON_ENTER));
    assertThat(checkedIn(onEnter.enter(now(0), "room-1", "show-1")).getStreak()).isEqualTo(1);
    assertThat(onEnter.enter(now(0), "room-1", "show-1")).isEmpty();
  }

  @Test
  void freezesAndCardsAreForDaysOnly() {
    world.giveFreezes(2);
    world.giveCards(1);
    come("mei", "room-1", "show-1", 0);
    come("tom", "room-1", "show-2", 1);
    assertThat(checkedIn(come("mei", "room-1", "show-3", 2)).getFreezesUsed()).isZero();
    assertThat(world.answer().getStanding().getFreezes()).isEqualTo(2);
    assertThat(CheckInReactorTest.refusal(() -> world.makeUp(FIRST, FIRST.plusDays(1))))
        .isEqualTo(ErrorReason.ERROR_REASON_CHECK_IN_NOT_CONFIGURED);
  }

  @Test
  void theCalendarHasNoDaysButWhatComesNext() {
    come("mei", "room-1", "show-1", 0);
    GetCheckInCalendarResponse calendar = world.calendar(FIRST, "");
    assertThat(calendar.getDaysList()).isEmpty();
    assertThat(calendar.getMonth()).isEqualTo("2026-01");
    assertThat(calendar.getStanding().getNextConsecutive().getMissing()).isEqualTo(2);
    world.become("tom");
    assertThat(CheckInReactorTest.refusal(() -> world.calendar(FIRST, "")))
        .as("in no room")
        .isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
  }

  @Test
  void thousandsOfShowsKeepTheStateSmall() {
    for (int i = 0; i < 2_000; i++) {
      assertThat(checkedIn(come("mei", "room-1", "show-" + i, i)).getStreak()).isEqualTo(i + 1);
    }
    assertThat(world.order("room-1").state().getBroadcastsCount())
        .isEqualTo(BroadcastOrder.REMEMBERED);
    assertThat(come("mei", "room-1", "show-1600", 1_600)).isEmpty();
  }

  @Test
  void showsAreInTheOrderInWhichTheyBeganHoweverTheyAreHeardOf() {
    come("mei", "room-1", "show-3", 3);
    come("mei", "room-1", "show-1", 1);
    come("tom", "room-1", "show-2", 2);
    world.become("mei");
    assertThat(world.standing(now(3), "room-1").getStreak()).as("show-2 was missed").isEqualTo(1);
    assertThat(world.standing(now(3), "room-1").getLatestPeriod()).isEqualTo("broadcast:show-3");
    come("mei", "room-1", "show-2", 2);
    assertThat(world.standing(now(3), "room-1").getStreak()).isEqualTo(3);
  }

  @Test
  void aShowThatTurnsOutToHaveBegunEarlierTakesItsPlaceInTheStreak() {
    come("mei", "room-1", "show-1", 1);
    come("tom", "room-1", "show-2", 2);
    come("mei", "room-1", "show-3", 3);
    assertThat(world.standing(now(3), "room-1").getStreak()).as("show-2 was missed").isEqualTo(1);
    world.moved(now(4), "room-1", "show-2", now(0));
    assertThat(world.standing(now(4), "room-1").getStreak()).isEqualTo(2);
    world.moved(now(4), "room-1", "show-that-nobody-came-to", now(2));
    assertThat(world.order("room-1").knows("show-that-nobody-came-to")).isFalse();
  }

  @Test
  void aWeekAfterItsEndAShowCountsNoMoreAndThatIsTold() {
    world.held("room-1", "show-1", now(0), now(1));
    world.held("room-1", "show-2", now(1), now(2));
    come("mei", "room-1", "show-2", 2);

    assertThat(come("mei", "room-1", "show-1", 8))
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getNotCounted().getReason())
              .isEqualTo(NotCountedReason.NOT_COUNTED_REASON_BROADCAST_CLOSED);
          assertThat(fact.getNotCounted().getPeriod()).isEqualTo("broadcast:show-1");
        });
    assertThat(world.answer().getStanding().getCumulative()).isEqualTo(1);

    world.become("tom");
    Instant justInTime = now(8).minusMillis(1);
    world.enter(justInTime, "room-1", "show-1");
    assertThat(checkedIn(world.checkIn(justInTime)).getStreak()).isEqualTo(1);
  }

  /** The same visits of several viewers, in whatever order they arrive. */
  @Property(tries = 150)
  void visitsComeToTheSameStreaksInAnyOrder(@ForAll long seed) {
    Random random = new Random(seed);
    List<int[]> visits = new ArrayList<>();
    for (int show = 0; show < 12; show++) {
      for (int viewer = 0; viewer < 3; viewer++) {
        if (random.nextInt(3) > 0) {
          visits.add(new int[] {viewer, show});
        }
      }
    }
    List<String> inOrder = standings(visits);
    for (int i = 0; i < 3; i++) {
      Collections.shuffle(visits, random);
      assertThat(standings(visits)).isEqualTo(inOrder);
    }
  }

  private static List<String> standings(List<int[]> visits) {
    CheckInWorld world = new CheckInWorld(broadcasts());
    for (int[] visit : visits) {
      world.become("viewer-" + visit[0]);
      world.enter(now(visit[1]), "room-1", "show-" + visit[1]);
      world.checkIn(now(visit[1]));
    }
    List<String> standings = new ArrayList<>();
    for (int viewer = 0; viewer < 3; viewer++) {
      world.become("viewer-" + viewer);
      CheckInStanding standing = world.standing(now(20), "room-1");
      standings.add(
          standing.getStreak()
              + " "
              + standing.getLongestStreak()
              + " "
              + standing.getCumulative()
              + " "
              + standing.getLatestPeriod());
    }
    return standings;
  }

  /** What an earlier version stored goes on as it was. */
  @Test
  void streaksOfAnEarlierVersionGoOn() {
    BroadcastOrder earlier =
        BroadcastOrder.of(
            RoomBroadcastsState.newBuilder()
                .setFirstOrdinal(7)
                .addAllBroadcastIds(List.of("show-a", "show-b", "show-c"))
                .build());
    BroadcastCheckInState stored =
        BroadcastCheckInState.newBuilder()
            .setLatestBroadcastId("show-c")
            .setBroadcasts(
                Streaks.newBuilder()
                    .setCumulative(6)
                    .setLongest(6)
                    .addRuns(Run.newBuilder().setStart(4).setEnd(9).setLength(6).setPaid(3)))
            .build();
    BroadcastOrder order = earlier.with("show-d", now(1).toEpochMilli());
    BroadcastStreaks.Outcome outcome =
        BroadcastStreaks.checkIn(stored, "show-d", order, broadcasts().build());
    assertThat(outcome.step().streak()).isEqualTo(7);
    assertThat(outcome.step().consecutive()).as("3 was paid").isEmpty();
    assertThat(BroadcastStreaks.attended(outcome.after(), "show-b")).isTrue();
    assertThat(BroadcastStreaks.runs(outcome.after(), order).getCumulative()).isEqualTo(7);
  }

  private List<Fact> come(String viewer, String room, String broadcast, int day) {
    world.become(viewer);
    world.enter(now(day), room, broadcast);
    return world.checkIn(now(day));
  }

  private static Instant now(int day) {
    return noon(FIRST.plusDays(day));
  }

  private static CheckInRules.Builder broadcasts() {
    return rules(1, 3)
        .addCumulative(points(3))
        .setOutsideRooms(false)
        .setCalendar(StreakCalendar.STREAK_CALENDAR_BROADCASTS);
  }
}
