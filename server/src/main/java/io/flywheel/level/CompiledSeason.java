package io.flywheel.level;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.Season;
import io.flywheel.v1.SeasonPeriod;
import io.flywheel.v1.SeasonTier;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * A season of the program, defaults filled in; one of a calendar's comes again and again. Immutable
 * and thread-safe.
 */
record CompiledSeason(Season season) {
  private static final int MONTHS_A_QUARTER = 3;

  /**
   * One of a season; times are in epoch milliseconds.
   *
   * @param period its name, as in {@link io.flywheel.v1.SeasonCause}
   * @param endsMillis its end, which is not part of it
   * @param settlesMillis when late events have had their time
   */
  record Running(
      Season season, String period, long startsMillis, long endsMillis, long settlesMillis) {
    String id() {
      return season.getId();
    }

    boolean hasPaidTrack() {
      return !season.getPaidPrivilegeId().isEmpty();
    }
  }

  /** The one at a time; null: none is. */
  @Nullable Running at(ProgramCalendar calendar, Instant at) {
    return switch (season.getPeriod()) {
      case SEASON_PERIOD_MONTH -> {
        YearMonth month = YearMonth.from(calendar.dayOf(at));
        yield months(calendar, month.toString(), month, 1);
      }
      case SEASON_PERIOD_QUARTER -> {
        LocalDate day = calendar.dayOf(at);
        int quarter = (day.getMonthValue() - 1) / MONTHS_A_QUARTER;
        yield months(
            calendar,
            day.getYear() + "-Q" + (quarter + 1),
            YearMonth.of(day.getYear(), quarter * MONTHS_A_QUARTER + 1),
            MONTHS_A_QUARTER);
      }
      default -> {
        Running fixed = fixed();
        long millis = at.toEpochMilli();
        yield fixed.startsMillis <= millis && millis < fixed.endsMillis ? fixed : null;
      }
    };
  }

  /** The one that a viewer's record is of, as the program has it now; null: it has it no more. */
  @Nullable Running of(ProgramCalendar calendar, SeasonRecordOrBuilder record) {
    Running running =
        season.getPeriod() == SeasonPeriod.SEASON_PERIOD_FIXED
            ? fixed()
            : at(calendar, Instant.ofEpochMilli(record.getSettlesMillis() - latenessMillis() - 1));
    return running != null && running.period.equals(record.getPeriod()) ? running : null;
  }

  /** A tier by its id; null: the program has it no more. */
  @Nullable SeasonTier tier(String tierId) {
    return season.getTiersList().stream()
        .filter(tier -> tier.getId().equals(tierId))
        .findFirst()
        .orElse(null);
  }

  private Running fixed() {
    long starts = Timestamps.toMillis(season.getStartsAt());
    return running("season:" + starts / 1_000, starts, Timestamps.toMillis(season.getEndsAt()));
  }

  private Running months(ProgramCalendar calendar, String name, YearMonth first, int months) {
    return running(
        name,
        calendar.startOf(first.atDay(1)).toEpochMilli(),
        calendar.startOf(first.plusMonths(months).atDay(1)).toEpochMilli());
  }

  private Running running(String period, long startsMillis, long endsMillis) {
    return new Running(season, period, startsMillis, endsMillis, endsMillis + latenessMillis());
  }

  private long latenessMillis() {
    return Durations.toMillis(season.getLateness());
  }
}
