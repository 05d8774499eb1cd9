package io.flywheel.program;

import io.flywheel.platform.errors.ServiceException;
import java.time.DateTimeException;
import java.time.LocalDate;

/** The days that a request asks for, from one to another, both included. Immutable. */
public record DaySpan(LocalDate first, LocalDate last) {
  private static final int MAX_DAYS = 366;

  /**
   * Reads the fields first_day and last_day of a request.
   *
   * @throws ServiceException if one is no day, or they are more than 366 days or fewer than one
   */
  public static DaySpan of(String firstDay, String lastDay) {
    DaySpan span = new DaySpan(day("first_day", firstDay), day("last_day", lastDay));
    if (span.last.isBefore(span.first) || span.days() > MAX_DAYS) {
      throw ServiceException.invalidField(
          "last_day",
          "%s (expected: from %s on, %d days at most)".formatted(lastDay, firstDay, MAX_DAYS));
    }
    return span;
  }

  /** How many days. */
  public long days() {
    return last.toEpochDay() - first.toEpochDay() + 1;
  }

  /** As many days before. */
  public DaySpan before() {
    return new DaySpan(first.minusDays(days()), first.minusDays(1));
  }

  private static LocalDate day(String field, String day) {
    try {
      return LocalDate.parse(day);
    } catch (DateTimeException e) {
      throw ServiceException.invalidField(field, day + " (expected: a day such as 2026-11-01)");
    }
  }
}
