package io.flywheel.audience.reminder;

import io.flywheel.engine.StateView;
import io.flywheel.program.ProgramCalendar;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A viewer's time: by the viewer's own zone where it is known, else by the program's. Immutable.
 *
 * @param zone what the clock on the viewer's wall shows
 * @param days the zone of the viewer's days of check-in
 */
record ViewerClock(ProgramCalendar calendar, ZoneId zone, ZoneId days) {
  static ViewerClock of(StateView view) {
    ProgramCalendar calendar = view.program().calendar();
    ZoneId own = zone(view.profile().getTimeZone(), calendar.zone());
    return new ViewerClock(
        calendar,
        own,
        view.program().program().getCheckIn().getViewerTimeZone() ? own : calendar.zone());
  }

  /** The first instant of a day of check-in. */
  Instant startOf(LocalDate day) {
    return calendar.startOf(day, days);
  }

  /** The end of a day of check-in, which is not part of it. */
  Instant endOf(LocalDate day) {
    return startOf(day.plusDays(1));
  }

  /** The date on the viewer's wall, counted from 1970. */
  long today(Instant at) {
    return at.atZone(zone).toLocalDate().toEpochDay();
  }

  private static ZoneId zone(String name, ZoneId otherwise) {
    try {
      return name.isEmpty() ? otherwise : ZoneId.of(name);
    } catch (DateTimeException e) {
      return otherwise; // a name that this machine does not know is treated as none
    }
  }
}
