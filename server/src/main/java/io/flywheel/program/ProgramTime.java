package io.flywheel.program;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.protobuf.util.Durations;
import io.flywheel.v1.Program;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.Currency;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a program says of its days, which belong to no feature alone. */
final class ProgramTime {
  private static final Logger log = LoggerFactory.getLogger(ProgramTime.class);

  private static final String TIME_ZONE = "Asia/Shanghai";

  private ProgramTime() {}

  static void fill(Program.Builder program) {
    if (program.getTimeZone().isEmpty()) {
      program.setTimeZone(TIME_ZONE);
    }
    if (!program.hasDayStartsAt()) {
      program.setDayStartsAt(Durations.ZERO);
    }
  }

  static void check(Program program, Findings findings) {
    String zone = program.getTimeZone();
    if (!zone.isEmpty() && !isZoneKnown(zone)) {
      String meant =
          Spelling.nearest(zone, ZoneId.getAvailableZoneIds())
              .map(name -> "; did you mean " + name + "?")
              .orElse("");
      findings.broken(
          "time_zone", expected(show(zone), "an IANA time zone such as " + TIME_ZONE + meant));
    }
    if (!program.getCurrency().isEmpty() && !findings.isFaulty("currency")) {
      checkCurrency(program.getCurrency(), findings);
    }
    if (program.getDayStartsAt().getSeconds() % 60 != 0) {
      findings.broken("day_starts_at", expected(show(program.getDayStartsAt()), "whole minutes"));
    }
  }

  private static void checkCurrency(String code, Findings findings) {
    if (Currency.getAvailableCurrencies().stream()
        .noneMatch(currency -> currency.getCurrencyCode().equals(code))) {
      findings.broken(
          "currency", expected(show(code), "an ISO 4217 code such as \"CNY\" or \"USD\""));
    }
  }

  static ProgramCalendar calendar(Program filled) {
    com.google.protobuf.Duration dayStartsAt = filled.getDayStartsAt();
    return new ProgramCalendar(
        zone(filled.getTimeZone()),
        Duration.ofSeconds(dayStartsAt.getSeconds(), dayStartsAt.getNanos()));
  }

  /** Offsets such as "UTC+8" are zones to Java, but no names of IANA's, which rooms take too. */
  private static boolean isZoneKnown(String name) {
    return ZoneRulesProvider.getAvailableZoneIds().contains(name);
  }

  /**
   * A version that was applied must load for ever, also on a machine that does not know its time
   * zone.
   */
  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      log.warn("Time zone {} is not known here; {} is used", name, TIME_ZONE);
      return ZoneId.of(TIME_ZONE);
    }
  }
}
