package io.flywheel.audience.reminder;

import io.flywheel.v1.QuietHours;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * The hours in which viewers are left alone, by a clock on their wall. Pure functions.
 *
 * @param from when they begin
 * @param to when they end; before `from` where they pass midnight; the same: there are none
 */
record Quiet(LocalTime from, LocalTime to) {
  static Quiet of(QuietHours hours) {
    return new Quiet(time(hours.getFrom()), time(hours.getTo()));
  }

  /** The same time, or the end of the quiet hours that it lies in. */
  Instant orAfter(Instant at, ZoneId zone) {
    ZonedDateTime local = at.atZone(zone);
    if (!isQuiet(local.toLocalTime())) {
      return at;
    }
    LocalDate day = local.toLocalDate();
    return local.toLocalTime().isBefore(to)
        ? day.atTime(to).atZone(zone).toInstant()
        : day.plusDays(1).atTime(to).atZone(zone).toInstant();
  }

  /** The same time, or the beginning of the quiet hours that it lies in. */
  Instant orBefore(Instant at, ZoneId zone) {
    ZonedDateTime local = at.atZone(zone);
    if (!isQuiet(local.toLocalTime())) {
      return at;
    }
    LocalDate day = local.toLocalDate();
    return local.toLocalTime().isBefore(from)
        ? day.minusDays(1).atTime(from).atZone(zone).toInstant()
        : day.atTime(from).atZone(zone).toInstant();
  }

  private boolean isQuiet(LocalTime time) {
    return from.isAfter(to)
        ? !time.isBefore(from) || time.isBefore(to)
        : !time.isBefore(from) && time.isBefore(to);
  }

  private static LocalTime time(com.google.protobuf.Duration sinceMidnight) {
    return LocalTime.MIDNIGHT.plus(Duration.ofSeconds(sinceMidnight.getSeconds()));
  }
}
