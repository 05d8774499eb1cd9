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
import org.jspecify.annotations.Nullable;

/**
 * The days and weeks of a program: in its time zone, and each beginning at the program's cut-off
 * rather than at midnight. Days follow each other without gap or overlap, also where clocks are
 * changed. Immutable and thread-safe.
 */
public final class ProgramCalendar {
  private final ZoneId zone;
  private final Duration dayStartsAt;

  /** The day that was asked for last: most of what happens happens today. */
  private volatile @Nullable Day latest;

  /**
   * A calendar.
   *
   * @param zone the time zone where none is given
   * @param dayStartsAt when a day begins, counted from midnight; less than a day
   */
  public ProgramCalendar(ZoneId zone, Duration dayStartsAt) {
    this.zone = zone;
    this.dayStartsAt = dayStartsAt;
  }

  /**
   * A day.
   *
   * @param name such as "2026-11-22"
   * @param endMillis its end, which is not part of it, in epoch milliseconds
   * @param week the name of its week, such as "2026-W47"
   * @param weekStartMillis the start of its week
   * @param weekEndMillis the end of its week, which is not part of it
   */
  public record Day(
      LocalDate date,
      String name,
      long startMillis,
      long endMillis,
      String week,
      long weekStartMillis,
      long weekEndMillis) {
    private boolean has(Instant instant) {
      // Days begin and end with whole milliseconds, as cut-offs do.
      long millis = instant.toEpochMilli();
      return startMillis <= millis && millis < endMillis;
    }
  }

  /** The time zone where none is given. */
  public ZoneId zone() {
    return zone;
  }

  /** When a day begins, counted from midnight. */
  public Duration dayStartsAt() {
    return dayStartsAt;
  }

  /** The day that an instant belongs to, with what windows need to know of it. */
  public Day day(Instant instant) {
    Day known = latest;
    if (known == null || !known.has(instant)) {
      LocalDate date = dayOf(instant, zone);
      LocalDate monday = mondayOf(date);
      known =
          new Day(
              date,
              date.toString(),
              startOf(date).toEpochMilli(),
              endOf(date).toEpochMilli(),
              weekOf(date),
              startOf(monday).toEpochMilli(),
              endOf(monday.plusDays(6)).toEpochMilli());
      latest = known;
    }
    return known;
  }

  /** The day that an instant belongs to. */
  public LocalDate dayOf(Instant instant) {
    return day(instant).date();
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
