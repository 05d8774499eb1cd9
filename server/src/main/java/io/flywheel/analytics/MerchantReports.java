package io.flywheel.analytics;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.DaySpan;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.Cohort;
import io.flywheel.v1.DayReport;
import io.flywheel.v1.Distinct;
import io.flywheel.v1.GetMerchantReportResponse;
import io.flywheel.v1.GetRetentionResponse;
import io.flywheel.v1.RetentionCell;
import io.flywheel.v1.SearchVisitsRequest;
import io.flywheel.v1.SearchVisitsResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/** The figures of a merchant's days. Each answer is of one moment's state. Thread-safe. */
final class MerchantReports {
  private static final int MAX_VERSIONS = 100;
  private static final int[] DAYS_LATER = {1, 7, RetentionReactor.LAST_DAY};

  /** However many ask at once, the database is left to those who write. */
  private static final int MAX_CALLS_AT_ONCE = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Database database;
  private final ProgramStore programs;
  private final PendingFigures pending;
  private final FiguresDao dao;
  private final VisitSearch visits;
  private final Clock clock;
  private final Semaphore calls = new Semaphore(MAX_CALLS_AT_ONCE);

  @Inject
  MerchantReports(
      Database database,
      ProgramStore programs,
      PendingFigures pending,
      FiguresDao dao,
      VisitSearch visits,
      Clock clock) {
    this.database = database;
    this.programs = programs;
    this.pending = pending;
    this.dao = dao;
    this.visits = visits;
    this.clock = clock;
  }

  GetMerchantReportResponse report(
      String merchantId, String firstDay, String lastDay, String roomId) {
    DaySpan span = DaySpan.of(firstDay, lastDay);
    CompiledProgram program = programs.current(merchantId);
    ProgramCalendar calendar = program.calendar();
    pending.bringUpToDate(merchantId);
    return inTurn(handle -> {
      Map<LocalDate, DaySum> days = new TreeMap<>();
      for (LocalDate day = span.first(); !day.isAfter(span.last()); day = day.plusDays(1)) {
        days.put(day, new DaySum());
      }
      DaySum total = sum(handle, merchantId, roomId, calendar, span, days);
      GetMerchantReportResponse.Builder answer =
          GetMerchantReportResponse.newBuilder().setTimeZone(calendar.zone().getId());
      days.forEach((day, sum) ->
          answer.addDays(
              sum.toProto(different(handle, merchantId, roomId, calendar, day, day, sum.visits()))
                  .setDay(day.toString())));
      DaySpan before = span.before();
      DaySum sumBefore = sum(handle, merchantId, roomId, calendar, before, Map.of());
      return answer
          .setTotal(total(handle, merchantId, roomId, calendar, span, total))
          .setBefore(total(handle, merchantId, roomId, calendar, before, sumBefore))
          .addAllWatchCurve(total.curve())
          .addAllProgramAppliedAt(
              programs.versionsBefore(merchantId, Long.MAX_VALUE, MAX_VERSIONS).stream()
                  .map(version -> version.getAppliedAt())
                  .filter(at ->
                      Timestamps.toMillis(at) >= calendar.startOf(span.first()).toEpochMilli()
                          && Timestamps.toMillis(at) < calendar.endOf(span.last()).toEpochMilli())
                  .sorted(Timestamps.comparator())
                  .toList())
          .build();
    });
  }

  /** The visits that count in a figure. */
  SearchVisitsResponse visits(String merchantId, SearchVisitsRequest asked) {
    DaySpan span = DaySpan.of(asked.getFirstDay(), asked.getLastDay());
    CompiledProgram program = programs.current(merchantId);
    ProgramCalendar calendar = program.calendar();
    long presentSince =
        clock.millis() - Durations.toMillis(program.program().getPresence().getLongestSilence());
    pending.bringUpToDate(merchantId);
    return inTurn(handle ->
        visits.find(
            handle,
            new VisitSearch.Span(
                merchantId,
                asked.getRoomId(),
                calendar.startOf(span.first()).toEpochMilli(),
                calendar.endOf(span.last()).toEpochMilli()),
            asked,
            presentSince));
  }

  GetRetentionResponse retention(String merchantId, String firstDay, String lastDay) {
    DaySpan span = DaySpan.of(firstDay, lastDay);
    ProgramCalendar calendar = programs.current(merchantId).calendar();
    long today = calendar.dayOf(clock.instant()).toEpochDay();
    List<FiguresDao.Retained> cells =
        inTurn(handle ->
            dao.retention(handle, merchantId, span.first().toEpochDay(), span.last().toEpochDay()));
    Map<Long, Map<Long, Long>> cohorts = new TreeMap<>();
    for (FiguresDao.Retained cell : cells) {
      cohorts
          .computeIfAbsent(cell.firstDay(), unused -> new TreeMap<>())
          .put(cell.activeDay() - cell.firstDay(), cell.viewers());
    }
    GetRetentionResponse.Builder answer =
        GetRetentionResponse.newBuilder().setTimeZone(calendar.zone().getId());
    cohorts.forEach((day, active) -> addCohort(answer, calendar, day, active, today));
    for (int later : DAYS_LATER) {
      long of = 0;
      long stayed = 0;
      for (Map.Entry<Long, Map<Long, Long>> cohort : cohorts.entrySet()) {
        if (cohort.getKey() + later < today) {
          of += cohort.getValue().getOrDefault(0L, 0L);
          stayed += cohort.getValue().getOrDefault((long) later, 0L);
        }
      }
      answer.addOverall(RetentionCell.newBuilder().setDaysLater(later).setActive(stayed).setOf(of));
    }
    return answer.build();
  }

  private static void addCohort(
      GetRetentionResponse.Builder answer,
      ProgramCalendar calendar,
      long day,
      Map<Long, Long> active,
      long today) {
    long viewers = active.getOrDefault(0L, 0L);
    if (viewers == 0) {
      return; // all of them turned out to have come before
    }
    LocalDate date = LocalDate.ofEpochDay(day);
    Cohort.Builder cohort =
        answer
            .addCohortsBuilder()
            .setDay(date.toString())
            .setViewers(viewers)
            .setBeginsAt(Timestamps.fromMillis(calendar.startOf(date).toEpochMilli()))
            .setEndsAt(Timestamps.fromMillis(calendar.endOf(date).toEpochMilli()));
    for (int later = 1; later <= RetentionReactor.LAST_DAY && day + later < today; later++) {
      cohort.addCells(
          RetentionCell.newBuilder()
              .setDaysLater(later)
              .setActive(active.getOrDefault((long) later, 0L))
              .setOf(viewers));
    }
  }

  private DaySum sum(
      Handle handle,
      String merchantId,
      String roomId,
      ProgramCalendar calendar,
      DaySpan span,
      Map<LocalDate, DaySum> days) {
    DaySum total = new DaySum();
    for (FiguresDao.BroadcastPart part :
        dao.broadcasts(
            handle,
            merchantId,
            roomId,
            calendar.startOf(span.first()).toEpochMilli(),
            calendar.endOf(span.last()).toEpochMilli(),
            DaySum.MAX_MINUTES)) {
      total.add(part);
      DaySum day = days.get(calendar.dayOf(Instant.ofEpochMilli(part.startedMillis())));
      if (day != null) {
        day.add(part);
      }
    }
    return total;
  }

  private DayReport.Builder total(
      Handle handle,
      String merchantId,
      String roomId,
      ProgramCalendar calendar,
      DaySpan span,
      DaySum sum) {
    return sum.toProto(
        different(handle, merchantId, roomId, calendar, span.first(), span.last(), sum.visits()));
  }

  private Distinct different(
      Handle handle,
      String merchantId,
      String roomId,
      ProgramCalendar calendar,
      LocalDate first,
      LocalDate last,
      long visits) {
    if (visits == 0) {
      return Distinct.newBuilder().setExact(true).build();
    }
    boolean exact = visits <= DaySum.MAX_EXACT_VISITS;
    return Distinct.newBuilder()
        .setCount(
            dao.differentViewers(
                handle,
                merchantId,
                roomId,
                calendar.startOf(first).toEpochMilli(),
                calendar.endOf(last).toEpochMilli(),
                exact ? 1 : DaySum.ONE_OF))
        .setExact(exact)
        .build();
  }

  private interface Query<T> {
    T run(Handle handle);
  }

  private <T> T inTurn(Query<T> query) {
    try {
      if (!calls.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw ServiceException.overloaded(RETRY_AFTER);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      return database.inSnapshot(query::run);
    } finally {
      calls.release();
    }
  }
}
