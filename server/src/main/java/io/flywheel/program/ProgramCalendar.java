package io.flywheel.program;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;

/**
 * The days and weeks of a program: in its time zone, and each beginning at the program's cut-off
 * rather than at midnight. Days follow each other without gap or overlap, also where clocks are
 * changed. Immutable and thread-safe.
 *
 * @param zone the time zone where none is given
 * @param dayStartsAt when a day begins, counted from midnight; less than a day
 */
public record ProgramCalendar(ZoneId zone, Duration dayStartsAt) {

  /** The day that an instant belongs to. */
  public LocalDate dayOf(Instant instant) {
    return dayOf(instant, zone);
  }

  /** The day that an instant belongs to for someone in another time zone. */
  public LocalDate dayOf(Instant instant, ZoneId zone) {
    LocalDate byTheClock = LocalDateTime.ofInstant(instant, zone).minus(dayStartsAt).toLocalDate();
    // Where clocks are set back over the cut-off, it strikes twice: the day has begun with the
    // first.
    LocalDate next = byTheClock.plusDays(1);
    return instant.isBefore(startOf(next, zone)) ? byTheClock : next;
  }

  /** The first instant of a day. */
  public Instant startOf(LocalDate day) {
    return startOf(day, zone);
  }

  /** The first instant of a day for someone in another time zone. */
  public Instant startOf(LocalDate day, ZoneId zone) {
    LocalDateTime start = day.atTime(LocalTime.MIDNIGHT.plus(dayStartsAt));
    ZoneOffsetTransition transition = zone.getRules().getTransition(start);
    if (transition != null && transition.isGap()) {
      return transition.getInstant();
    }
    return start.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
  }

  /** The end of a day, which is not part of it. */
  public Instant endOf(LocalDate day) {
    return startOf(day.plusDays(1));
  }

  /**
   * The Monday of the ISO 8601 week that a day belongs to; the week ends with {@code
   * endOf(monday.plusDays(6))}.
   */
  public static LocalDate mondayOf(LocalDate day) {
    return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
  }

  /** The name of the ISO 8601 week that a day belongs to, such as "2026-W47". */
  public static String weekOf(LocalDate day) {
    return String.format(
        Locale.ROOT,
        "%04d-W%02d",
        day.get(IsoFields.WEEK_BASED_YEAR),
        day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
  }
}
