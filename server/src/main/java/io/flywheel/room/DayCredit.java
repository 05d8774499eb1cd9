package io.flywheel.room;

import io.flywheel.program.ProgramCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What was credited on one day.
 *
 * @param from where it begins
 */
record DayCredit(LocalDate day, long from, long millis) {
  /** Divides intervals, which follow each other, among the days of a calendar. */
  static List<DayCredit> of(List<WatchedTime.Interval> intervals, ProgramCalendar calendar) {
    List<DayCredit> days = new ArrayList<>(1);
    DayCredit last = null;
    long lastEnd = Long.MIN_VALUE;
    for (WatchedTime.Interval interval : intervals) {
      for (long at = interval.from(); at < interval.to(); ) {
        if (last == null || at >= lastEnd) {
          LocalDate day = calendar.dayOf(Instant.ofEpochMilli(at));
          lastEnd = calendar.endOf(day).toEpochMilli();
          last = new DayCredit(day, at, 0);
          days.add(last);
        }
        long end = Math.min(interval.to(), lastEnd);
        last = new DayCredit(last.day, last.from, last.millis + end - at);
        days.set(days.size() - 1, last);
        at = end;
      }
    }
    return days;
  }
}
