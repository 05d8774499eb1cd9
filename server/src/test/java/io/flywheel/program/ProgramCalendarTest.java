package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgramCalendarTest {
  private static final ProgramCalendar SHANGHAI_AT_FOUR =
      new ProgramCalendar(ZoneId.of("Asia/Shanghai"), Duration.ofHours(4));

  @Test
  void whatHappensBeforeTheCutOffBelongsToTheDayBefore() {
    Instant cutOff = Instant.parse("2026-11-21T20:00:00Z");

    assertThat(SHANGHAI_AT_FOUR.dayOf(cutOff.minusMillis(1))).isEqualTo("2026-11-21");
    assertThat(SHANGHAI_AT_FOUR.dayOf(cutOff)).isEqualTo("2026-11-22");
    assertThat(SHANGHAI_AT_FOUR.startOf(LocalDate.parse("2026-11-22"))).isEqualTo(cutOff);
    assertThat(SHANGHAI_AT_FOUR.endOf(LocalDate.parse("2026-11-21"))).isEqualTo(cutOff);
  }

  @Test
  void aViewerAbroadHasOtherDays() {
    Instant time = Instant.parse("2026-11-22T08:30:00Z");

    assertThat(SHANGHAI_AT_FOUR.dayOf(time)).isEqualTo("2026-11-22");
    assertThat(SHANGHAI_AT_FOUR.dayOf(time, ZoneId.of("America/New_York"))).isEqualTo("2026-11-21");
  }

  @ParameterizedTest
  @CsvSource({
    // Clocks go from 2:00 to 3:00; 2:30 does not exist, so the day begins at 3:00.
    "America/New_York, PT2H30M, 2026-03-08, 2026-03-08T07:00:00Z",
    // Clocks go back from 2:00 to 1:00; 1:30 strikes twice, and the day begins with the first.
    "America/New_York, PT1H30M, 2026-11-01, 2026-11-01T05:30:00Z",
    "Europe/London, PT4H, 2026-03-29, 2026-03-29T03:00:00Z",
    // Midnight itself is skipped.
    "Africa/Cairo, PT0S, 2026-04-24, 2026-04-23T22:00:00Z",
    // A whole day was skipped: it begins and ends with the next one's beginning.
    "Pacific/Apia, PT0S, 2011-12-30, 2011-12-30T10:00:00Z",
    "Pacific/Apia, PT0S, 2011-12-31, 2011-12-30T10:00:00Z",
  })
  void daysBeginOnceWhereClocksAreChanged(String zone, String cutOff, String day, String start) {
    ProgramCalendar calendar = new ProgramCalendar(ZoneId.of(zone), Duration.parse(cutOff));

    assertThat(calendar.startOf(LocalDate.parse(day))).isEqualTo(start);
  }

  @Property(tries = 2_000)
  void everyInstantBelongsToExactlyOneDay(
      @ForAll("zones") ZoneId zone,
      @ForAll @IntRange(max = 720) int cutOffMinutes,
      @ForAll @LongRange(min = 1_000_000_000L, max = 2_000_000_000L) long second) {
    ProgramCalendar calendar = new ProgramCalendar(zone, Duration.ofMinutes(cutOffMinutes));
    Instant instant = Instant.ofEpochSecond(second);

    LocalDate day = calendar.dayOf(instant);

    assertThat(calendar.startOf(day)).isBeforeOrEqualTo(instant);
    assertThat(calendar.endOf(day)).isAfter(instant);
    assertThat(calendar.dayOf(calendar.startOf(day))).isEqualTo(day);
    assertThat(calendar.dayOf(calendar.endOf(day))).isAfter(day);
    // The nearest changes of clocks are where days could overlap.
    var change = zone.getRules().nextTransition(instant);
    if (change != null) {
      for (int minutes = -180; minutes <= 180; minutes += 10) {
        Instant near = change.getInstant().plusSeconds(minutes * 60L);
        LocalDate nearDay = calendar.dayOf(near);
        assertThat(calendar.startOf(nearDay)).isBeforeOrEqualTo(near);
        assertThat(calendar.endOf(nearDay)).isAfter(near);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22, 2026-W47, 2026-11-16",
    "2026-11-23, 2026-W48, 2026-11-23",
    "2027-01-01, 2026-W53, 2026-12-28",
    "2024-12-30, 2025-W01, 2024-12-30",
  })
  void weeksAreThoseOfIso8601(LocalDate day, String week, LocalDate monday) {
    assertThat(ProgramCalendar.weekOf(day)).isEqualTo(week);
    assertThat(ProgramCalendar.mondayOf(day)).isEqualTo(monday);
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(
            "Asia/Shanghai",
            "America/New_York",
            "Europe/London",
            "Africa/Cairo",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "America/Sao_Paulo",
            "Asia/Kathmandu",
            "UTC")
        .map(ZoneId::of);
  }
}
