package io.flywheel.checkin;

import io.flywheel.v1.CalendarDay;
import io.flywheel.v1.CalendarDayState;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StreakReward;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The days of a month as a viewer sees them. Immutable. */
record MonthView(CheckInState state, ViewerDays days, Instant now, CheckInRules rules) {
  List<CalendarDay> of(YearMonth month) {
    int first = (int) month.atDay(1).toEpochDay();
    int last = (int) month.atEndOfMonth().toEpochDay();
    int today = days.dayOf(now);
    List<CalendarDay> shown = new ArrayList<>();
    for (int day = first; day <= Math.min(last, today - 1); day++) {
      shown.add(day(day, today).build());
    }
    CheckInState expected = state;
    for (int day = today; day <= last; day++) {
      CalendarDay.Builder coming = day(day, today);
      if (!StreakRules.isTaken(expected.getDays(), day)) {
        Instant at = day == today ? now : days.middleOf(day);
        DayRules.Outcome outcome = DayRules.checkIn(expected, day, at, false, days, rules);
        List<Reward> rewards = rewards(outcome.step());
        expected = outcome.after();
        for (Reward reward : rewards) {
          expected = DayRules.receive(expected, reward, rules.getMaxFreezes());
        }
        coming.setStreak(outcome.step().streak()).addAllRewards(rewards);
      } else {
        coming.setStreak(StreakRules.streak(expected.getDays(), true, rules));
      }
      if (day >= first) {
        shown.add(coming.build());
      }
    }
    return shown;
  }

  private CalendarDay.Builder day(int day, int today) {
    return CalendarDay.newBuilder()
        .setDate(LocalDate.ofEpochDay(day).toString())
        .setState(stateOf(day, today))
        .setCanMakeUp(DayRules.canMakeUp(state, day, today, rules));
  }

  private CalendarDayState stateOf(int day, int today) {
    Streaks streaks = state.getDays();
    if (StreakRules.isTaken(streaks, day)) {
      return state.getMadeUpList().contains(day)
          ? CalendarDayState.CALENDAR_DAY_STATE_MADE_UP
          : CalendarDayState.CALENDAR_DAY_STATE_CHECKED_IN;
    }
    if (day >= today) {
      return day == today
          ? CalendarDayState.CALENDAR_DAY_STATE_OPEN
          : CalendarDayState.CALENDAR_DAY_STATE_COMING;
    }
    if (StreakRules.isWithinRun(streaks, day)) {
      return CalendarDayState.CALENDAR_DAY_STATE_FROZEN;
    }
    return StreakRules.isEmpty(streaks) || day < streaks.getFirst()
        ? CalendarDayState.CALENDAR_DAY_STATE_BEFORE_FIRST
        : CalendarDayState.CALENDAR_DAY_STATE_MISSED;
  }

  private static List<Reward> rewards(StreakRules.Step step) {
    return Stream.concat(step.consecutive().stream(), step.cumulative().stream())
        .map(StreakReward::getRewardsList)
        .flatMap(List::stream)
        .toList();
  }
}
