package io.flywheel.bench;

import io.flywheel.bench.Crowd.Turn;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Ingest for an hour and more, while the log of actions comes to be larger than what the database
 * keeps in memory: whether the rate of the first minutes is also that of the last. Used by one
 * thread.
 */
final class Endurance {
  private static final String MERCHANT = "bench-endurance";

  /** How many times the rate is told; the last is compared with the first. */
  private static final int STRETCHES = 12;

  private static final double MIN_SHARE_OF_FIRST = 0.8;
  private static final double MIN_LOG_OF_POOL = 4;

  private final TestBed.Settings settings;
  private final Plan plan;
  private final Duration duration;
  private final Report report;

  /**
   * Nothing was sent yet.
   *
   * @param duration for how long events are sent; the viewers, as many as the plan's largest
   *     population, are there before
   */
  Endurance(TestBed.Settings settings, Plan plan, Duration duration, Report report) {
    this.settings = settings;
    this.plan = plan;
    this.duration = duration;
    this.report = report;
  }

  void run() throws Exception {
    report.part("ingest for " + duration.toMinutes() + " minutes");
    EventSender sender = new EventSender(report);
    try (TestBed bed = new TestBed(settings)) {
      bed.start(List.of());
      Crowd crowd = new Crowd(bed, MERCHANT, plan, sender, report);
      crowd.grow(plan.viewers().getLast());
      crowd.warmUp(plan.warmUp());
      double first = 0;
      double last = 0;
      for (int i = 0; i < STRETCHES; i++) {
        last = stretch(bed, crowd);
        first = i == 0 ? last : first;
      }
      report.atLeast("the last stretch's rate / the first one's", last / first, MIN_SHARE_OF_FIRST);
      logBesideMemory(bed);
      long rows = bed.database().number("SELECT COUNT(*) FROM action_log");
      report.figure("actions that took effect", (double) rows, "rows");
      if (rows != bed.programsApplied() + sender.acceptedInAll()) {
        report.violation(
            "%d actions were answered as done, %d are stored"
                .formatted(bed.programsApplied() + sender.acceptedInAll(), rows));
      }
    }
  }

  /** Sends events for a part of the time, and returns how many a second were taken. */
  private double stretch(TestBed bed, Crowd crowd) throws Exception {
    CpuMeter cpu = CpuMeter.of(bed);
    long end = System.nanoTime() + duration.toNanos() / STRETCHES;
    cpu.begin();
    Turn turn = crowd.turn(() -> System.nanoTime() < end);
    cpu.end();
    double perSecond = turn.sent().events() / turn.seconds();
    report.figure("ingest", perSecond, "events/s");
    cpu.report(report, turn.sent().events());
    OptionalDouble resident = Usage.residentMib(bed.server());
    resident.ifPresent(mib -> report.figure("server RSS", mib, "MiB"));
    return perSecond;
  }

  private void logBesideMemory(TestBed bed) throws SQLException {
    DatabaseServer database = bed.database();
    database.execute("ANALYZE TABLE " + database.flywheelSchema() + ".action_log");
    double log =
        database.number(
            "SELECT data_length + index_length FROM information_schema.tables"
                + " WHERE table_schema = DATABASE() AND table_name = 'action_log'");
    double pool = database.number("SELECT @@innodb_buffer_pool_size");
    report.figure("log of actions", log / (1 << 20), "MiB");
    report.figure("what the database keeps in memory at most", pool / (1 << 20), "MiB");
    report.atLeast("log of actions / memory of the database", log / pool, MIN_LOG_OF_POOL);
  }
}
