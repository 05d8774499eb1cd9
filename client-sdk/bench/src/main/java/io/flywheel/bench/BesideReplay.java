package io.flywheel.bench;

import io.flywheel.bench.BareLoader.Written;
import io.flywheel.bench.Crowd.Turn;
import io.flywheel.bench.ReplayLoader.Replayed;

/**
 * Flywheel over the wire beside a loader that asks the database for the very bytes that Flywheel
 * has asked it for in its turn, on a copy of what the database held before: what rules, the wire
 * and the driver cost. Used by one thread.
 */
final class BesideReplay {
  private static final String MERCHANT = "bench-replayed";
  private static final double MIN_SHARE_OF_LOADER = 0.8;

  /** A turn ends early when it has asked for so much, since all of it is kept in memory. */
  private static final long MOST_BYTES = Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4);

  private final TestBed.Settings settings;
  private final Plan plan;
  private final Report report;

  BesideReplay(TestBed.Settings settings, Plan plan, Report report) {
    this.settings = settings;
    this.plan = plan;
    this.report = report;
  }

  void run() throws Exception {
    report.part("replay loader");
    try (RelayedBed relayed = RelayedBed.start(settings)) {
      Crowd crowd = new Crowd(relayed.bed(), MERCHANT, plan, new EventSender(report), report);
      for (int wanted : plan.replayedViewers()) {
        report.part("replay loader, %,d viewers".formatted(wanted));
        boolean isFirst = crowd.population().size() == 0;
        crowd.grow(wanted);
        if (isFirst) {
          crowd.warmUp(plan.warmUp());
        }
        measure(relayed, crowd);
      }
    }
  }

  private void measure(RelayedBed relayed, Crowd crowd) throws Exception {
    DatabaseServer database = relayed.bed().database();
    CpuMeter cpu = relayed.cpuMeter();
    CpuMeter loaderCpu = relayed.cpuMeter();
    Written flywheel = new Written(0, 0);
    Written loaded = new Written(0, 0);
    long requests = 0;
    long bytes = 0;
    long different = 0;
    long failed = 0;
    for (int round = 0; round < plan.rounds(); round++) {
      crowd.settle();
      relayed.bed().bringFiguresUpToDate(MERCHANT);
      BaselineTables.copyAll(database);
      SqlRecording recording = relayed.relay().record();
      cpu.begin();
      long end = System.nanoTime() + plan.round().toNanos();
      Turn turn = crowd.turn(() -> System.nanoTime() < end && recording.bytes() < MOST_BYTES);
      cpu.end();
      relayed.relay().stopRecording();
      relayed.relay().check();
      flywheel = flywheel.plus(new Written(turn.sent().events(), turn.seconds()));
      crowd.settle();
      loaderCpu.begin();
      Replayed replayed = ReplayLoader.replay(database, recording);
      loaderCpu.end();
      loaded = loaded.plus(new Written(turn.sent().events(), replayed.seconds()));
      requests += replayed.requests();
      bytes += recording.bytes();
      different += replayed.different();
      failed += replayed.failed();
      String error = replayed.firstError();
      if (error != null) {
        report.note("an error that Flywheel did not get: " + error);
      }
    }
    long events = flywheel.events();
    report.figure("Flywheel", flywheel.perSecond(), "events/s");
    report.figure("replay loader", loaded.perSecond(), "events/s");
    report.atLeast(
        "ingest / replay loader, %,d viewers".formatted(crowd.population().size()),
        flywheel.perSecond() / loaded.perSecond(),
        MIN_SHARE_OF_LOADER);
    report.figure("requests per thousand events", requests * 1e3 / events, "");
    report.figure("SQL per event", (double) bytes / events, "bytes");
    report.figure("answers unlike those that Flywheel got", (double) different / requests, "");
    report.figure("of these, errors", (double) failed, "");
    cpu.report(report, events);
    double flywheelMicros = cpu.microsPerEvent(events, "server", "database");
    double loaderMicros = loaderCpu.microsPerEvent(events, "benchmark", "database");
    report.figure(
        "database CPU per event, replay loader",
        loaderCpu.microsPerEvent(events, "database"),
        "µs");
    report.figure("CPU per event, replay loader and its database", loaderMicros, "µs");
    report.figure(
        "share of Flywheel's CPU that the loader does without",
        1 - loaderMicros / flywheelMicros,
        "");
  }
}
