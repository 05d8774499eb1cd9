package io.flywheel.bench;

import io.flywheel.bench.BareLoader.Written;
import io.flywheel.bench.Crowd.Turn;
import java.time.Duration;

/**
 * Flywheel over the wire, with the built-in program, beside the bare loader, at growing
 * populations. Used by one thread.
 */
final class Ingest {
  private static final String MERCHANT = "bench-ingest";
  private static final int LOADER_BATCH = 1_000;
  private static final int LOADER_CONNECTIONS = 2;
  private static final double MIN_SHARE_OF_LOADER = 0.5;
  private static final double MIN_SHARE_OF_GROWTH = 0.85;

  private final TestBed bed;
  private final Plan plan;
  private final EventSender sender;
  private final Crowd crowd;
  private final Report report;

  Ingest(TestBed bed, Plan plan, EventSender sender, Report report) throws Exception {
    this.bed = bed;
    this.plan = plan;
    this.sender = sender;
    this.crowd = new Crowd(bed, MERCHANT, plan, sender, report);
    this.report = report;
  }

  void run() throws Exception {
    double first = 0;
    double latest = 0;
    for (int wanted : plan.viewers()) {
      report.part("ingest, %,d viewers".formatted(wanted));
      boolean isFirst = crowd.population().size() == 0;
      crowd.grow(wanted);
      if (isFirst) {
        crowd.warmUp(plan.warmUp());
      }
      latest = measure(crowd.population());
      first = isFirst ? latest : first;
    }
    if (plan.viewers().size() > 1) {
      report.atLeast(
          "ingest, %,d / %,d viewers".formatted(crowd.population().size(), plan.viewers().get(0)),
          latest / first,
          MIN_SHARE_OF_GROWTH);
    }
  }

  private double measure(Population population) throws Exception {
    BaselineTables.copy(bed.database(), population);
    int stateBytes = BaselineTables.averageStateBytes(bed.database());
    BareLoader loader = new BareLoader(bed.database(), population, LOADER_BATCH, stateBytes);
    loader.write(LOADER_CONNECTIONS, Duration.ofSeconds(1));
    CpuMeter cpu = CpuMeter.of(bed);
    CpuMeter loaderCpu = CpuMeter.of(bed);
    Written flywheel = new Written(0, 0);
    Written loaded = new Written(0, 0);
    long pointsBooked = 0;
    for (int round = 0; round < plan.rounds(); round++) {
      bed.bringFiguresUpToDate(MERCHANT);
      cpu.begin();
      long end = System.nanoTime() + plan.round().toNanos();
      Turn turn = crowd.turn(() -> System.nanoTime() < end);
      cpu.end();
      flywheel = flywheel.plus(new Written(turn.sent().events(), turn.seconds()));
      pointsBooked += turn.sent().tally().facts("points_booked");
      sender.sendAgain(crowd.clients(), turn.sent().sample());
      loaderCpu.begin();
      loaded = loaded.plus(loader.write(LOADER_CONNECTIONS, plan.round()));
      loaderCpu.end();
    }
    report.figure("Flywheel", flywheel.perSecond(), "events/s");
    report.figure("bare loader", loaded.perSecond(), "events/s");
    report.atLeast(
        "ingest / bare loader, %,d viewers".formatted(population.size()),
        flywheel.perSecond() / loaded.perSecond(),
        MIN_SHARE_OF_LOADER);
    report.figure("a viewer's task state, on average", stateBytes, "bytes");
    report.figure("ledger entries per event", (double) pointsBooked / flywheel.events(), "");
    cpu.report(report, flywheel.events());
    report.figure(
        "CPU per event, Flywheel, all processes", cpu.microsPerEvent(flywheel.events()), "µs");
    report.figure(
        "CPU per event, bare loader, all processes",
        loaderCpu.microsPerEvent(loaded.events()),
        "µs");
    Usage.residentMib(bed.server()).ifPresent(mib -> report.figure("server RSS", mib, "MiB"));
    return flywheel.perSecond();
  }
}
