package io.flywheel.bench;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.ListTasksRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What an app reads when a viewer opens it: the standing, the tasks, the calendar and the balance
 * of viewers who are in a room and have checked in, each with the viewer's own token. Beside an
 * empty call, by 32 callers and by one. The calls take turns, so that a noisy neighbour hits all.
 * Used by one thread.
 */
final class Reads {
  private static final String MERCHANT = "bench-reads";
  private static final int CALLERS = 32;
  private static final int ROUNDS = 3;

  /** Turns that nobody counts: the JVM compiles for some ten thousand calls. */
  private static final int WARM_UP = 3;

  private static final int MAX_VIEWERS = 1_000;
  private static final double LEAST_OF_EMPTY = 0.25;

  private final TestBed bed;
  private final Plan plan;
  private final Report report;

  /** What is called. */
  private enum Kind {
    EMPTY("an empty call"),
    VIEWER("GetViewer"),
    TASKS("ListTasks"),
    CALENDAR("GetCheckInCalendar"),
    BALANCE("GetBalance");

    private final String title;

    Kind(String title) {
      this.title = title;
    }
  }

  Reads(TestBed bed, Plan plan, Report report) {
    this.bed = bed;
    this.plan = plan;
    this.report = report;
  }

  /**
   * Measures.
   *
   * @param calls lets the viewers in
   */
  void run(Calls calls) throws Exception {
    report.part("reads, " + CALLERS + " callers and one");
    Population population = calls.visited(MERCHANT, Math.min(MAX_VIEWERS, plan.loadedViewers()));
    List<FlywheelClient> viewers = bed.viewers(population);
    Duration turn = plan.emptyCalls();
    for (Kind kind : Kind.values()) {
      call(kind, viewers, CALLERS, turn.multipliedBy(WARM_UP), new Latencies());
    }
    Map<Kind, Turns> all = new EnumMap<>(Kind.class);
    for (int round = 0; round < ROUNDS; round++) {
      for (Kind kind : Kind.values()) {
        Turns turns = all.get(kind);
        if (turns == null) {
          turns = new Turns(CpuMeter.of(bed), new Latencies(), new Latencies());
          all.put(kind, turns);
        }
        turns.cpu.begin();
        call(kind, viewers, CALLERS, turn.dividedBy(ROUNDS), turns.together);
        turns.cpu.end();
        call(kind, viewers, 1, turn.dividedBy(2L * ROUNDS), turns.alone);
      }
    }
    for (Kind kind : Kind.values()) {
      report(kind, Objects.requireNonNull(all.get(kind)), turn.toNanos() / 1e9);
    }
    double empty = Objects.requireNonNull(all.get(Kind.EMPTY)).together.count();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.EMPTY) {
        report.atLeast(
            kind.title + " / an empty call, " + CALLERS + " callers",
            Objects.requireNonNull(all.get(kind)).together.count() / empty,
            LEAST_OF_EMPTY);
      }
    }
  }

  private void report(Kind kind, Turns turns, double seconds) {
    report.figure(kind.title, turns.together.count() / seconds, "calls/s");
    for (String process : List.of("server", "database")) {
      report.figure(
          kind.title + ", CPU of the " + process,
          turns.cpu.microsPerEvent(turns.together.count(), process),
          "µs");
    }
    report.figure(kind.title + " alone, p50", turns.alone.millis(50), "ms");
  }

  /** The turns of one kind of call. */
  private record Turns(CpuMeter cpu, Latencies together, Latencies alone) {}

  private static void call(
      Kind kind, List<FlywheelClient> viewers, int callers, Duration duration, Latencies latencies)
      throws Exception {
    long end = System.nanoTime() + duration.toNanos();
    Parallel.run(
        callers,
        caller ->
            () -> {
              SplittableRandom random = new SplittableRandom(caller);
              while (System.nanoTime() < end) {
                FlywheelClient viewer = viewers.get(random.nextInt(viewers.size()));
                long before = System.nanoTime();
                call(kind, viewer);
                latencies.record(System.nanoTime() - before, false);
              }
              return caller;
            });
  }

  private static void call(Kind kind, FlywheelClient viewer) {
    switch (kind) {
      case EMPTY -> EmptyCalls.call(viewer);
      case VIEWER -> viewer.viewer().getViewer(GetViewerRequest.getDefaultInstance());
      case TASKS -> viewer.task().listTasks(ListTasksRequest.getDefaultInstance());
      case CALENDAR ->
          viewer.checkIn().getCheckInCalendar(GetCheckInCalendarRequest.getDefaultInstance());
      case BALANCE -> viewer.points().getBalance(GetBalanceRequest.getDefaultInstance());
    }
  }
}
