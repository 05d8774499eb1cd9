package io.flywheel.checkin;

import static io.flywheel.checkin.CheckInWorld.day;
import static io.flywheel.checkin.CheckInWorld.noon;
import static io.flywheel.checkin.CheckInWorld.paid;
import static io.flywheel.checkin.CheckInWorld.points;
import static io.flywheel.checkin.CheckInWorld.rules;
import static io.flywheel.v1.CalendarDayState.CALENDAR_DAY_STATE_BEFORE_FIRST;
import static io.flywheel.v1.CalendarDayState.CALENDAR_DAY_STATE_CHECKED_IN;
import static io.flywheel.v1.CalendarDayState.CALENDAR_DAY_STATE_COMING;
import static io.flywheel.v1.CalendarDayState.CALENDAR_DAY_STATE_FROZEN;
import static io.flywheel.v1.CalendarDayState.CALENDAR_DAY_STATE_MADE_UP;
import static io.flywheel.v1.CalendarDayState.CALENDAR_DAY_STATE_MISSED;
import static io.flywheel.v1.CalendarDayState.CALENDAR_DAY_STATE_OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.CalendarDay;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GetCheckInCalendarResponse;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StreakMode;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalendarTest {
  private static final LocalDate TODAY = day("2026-02-12");

  @Test
  void eachDayOfTheMonthSaysWhatItIs() {
    CheckInWorld world = new CheckInWorld(rules(1));
    world.giveFreezes(1);
    world.giveCards(1);
    for (int date : new int[] {3, 5, 8, 11}) {
      world.checkIn(LocalDate.of(2026, 2, date));
    }
    world.makeUp(day("2026-02-09"), TODAY);

    GetCheckInCalendarResponse calendar = world.calendar(TODAY, "");

    assertThat(calendar.getMonth()).isEqualTo("2026-02");
    assertThat(calendar.getToday()).isEqualTo("2026-02-12");
    assertThat(Timestamps.toString(calendar.getTodayEndsAt())).isEqualTo("2026-02-12T16:00:00Z");
    assertThat(calendar.getRules().getMakeUpDays()).as("defaults are filled in").isEqualTo(7);
    assertThat(calendar.getDaysList()).hasSize(28);
    assertThat(calendar.getDaysList().subList(0, 13))
        .extracting(CalendarDay::getState)
        .containsExactly(
            CALENDAR_DAY_STATE_BEFORE_FIRST,
            CALENDAR_DAY_STATE_BEFORE_FIRST,
            CALENDAR_DAY_STATE_CHECKED_IN,
            CALENDAR_DAY_STATE_FROZEN,
            CALENDAR_DAY_STATE_CHECKED_IN,
            CALENDAR_DAY_STATE_MISSED,
            CALENDAR_DAY_STATE_MISSED,
            CALENDAR_DAY_STATE_CHECKED_IN,
            CALENDAR_DAY_STATE_MADE_UP,
            CALENDAR_DAY_STATE_MISSED,
            CALENDAR_DAY_STATE_CHECKED_IN,
            CALENDAR_DAY_STATE_OPEN,
            CALENDAR_DAY_STATE_COMING);
    assertThat(calendar.getDaysList().stream().filter(CalendarDay::getCanMakeUp))
        .extracting(CalendarDay::getDate)
        .containsExactly("2026-02-06", "2026-02-07", "2026-02-10");
  }

  @Test
  void comingDaysBringWhatTheyAreThenPaid() {
    for (CheckInRules.Builder rules :
        List.of(
            rules(1, 3, 9).addCumulative(points(12)),
            rules(2, 5).setMode(StreakMode.STREAK_MODE_STAMP_CARD))) {
      CheckInWorld world = new CheckInWorld(rules);
      world.giveFreezes(1);
      world.checkIn(TODAY.minusDays(5));
      world.checkIn(TODAY.minusDays(2));
      GetCheckInCalendarResponse calendar = world.calendar(TODAY, "");
      for (CalendarDay shown : calendar.getDaysList().subList(11, 28)) {
        LocalDate day = day(shown.getDate());
        List<Integer> paid = paid(world.checkIn(day)).stream().map(Math::abs).toList();
        assertThat(shown.getRewardsList())
            .as(shown.getDate())
            .extracting(Reward::getPoints)
            .extracting(points -> (int) points.getAmount())
            .containsExactlyElementsOf(paid);
        assertThat(shown.getStreak())
            .as(shown.getDate())
            .isEqualTo(world.answer().getStanding().getStreak());
      }
    }
  }

  @Test
  void aComingMonthCountsOnFromToday() {
    CheckInWorld world = new CheckInWorld(rules(1, 21));
    world.checkIn(TODAY);
    List<CalendarDay> march = world.calendar(TODAY, "2026-03").getDaysList();
    assertThat(march).hasSize(31);
    assertThat(march.get(0).getStreak()).isEqualTo(18);
    assertThat(march.stream().filter(day -> day.getRewardsCount() > 0))
        .extracting(CalendarDay::getDate)
        .containsExactly("2026-03-04");
    assertThat(world.calendar(TODAY, "").getDays(11).getStreak()).as("today").isEqualTo(1);
  }

  @Test
  void aMonthGoneByShowsNothingToCome() {
    CheckInWorld world = new CheckInWorld(rules(1));
    world.checkIn(day("2025-03-31"));
    world.checkIn(TODAY);
    List<CalendarDay> march = world.calendar(TODAY, "2025-03").getDaysList();
    assertThat(march.get(30).getState()).isEqualTo(CALENDAR_DAY_STATE_CHECKED_IN);
    assertThat(march.get(29).getState()).isEqualTo(CALENDAR_DAY_STATE_BEFORE_FIRST);
    assertThat(march).allMatch(day -> day.getStreak() == 0 && day.getRewardsCount() == 0);
  }

  @Test
  void onlyAYearBackAndAheadIsShown() {
    CheckInWorld world = new CheckInWorld(rules(1));
    assertThat(world.calendar(TODAY, "2025-02").getDaysList()).hasSize(28);
    assertThat(world.calendar(TODAY, "2027-02").getDaysList()).hasSize(28);
    for (String month : List.of("2025-01", "2027-03", "0001-01", "9999-12")) {
      assertThat(CheckInReactorTest.refusal(() -> world.calendar(TODAY, month)))
          .as(month)
          .isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
    }
  }

  @Test
  void readingChangesNothing() {
    CheckInWorld world = new CheckInWorld(rules(1));
    world.checkIn(TODAY);
    CheckInState before = world.state();
    world.calendar(TODAY.plusDays(3), "2026-05");
    world.standing(noon(TODAY.plusDays(3)), "");
    assertThat(world.state()).isEqualTo(before);
  }
}
