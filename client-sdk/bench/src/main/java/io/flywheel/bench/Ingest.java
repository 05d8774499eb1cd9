package io.flywheel.bench;

import io.flywheel.bench.BareLoader.Written;
import io.flywheel.bench.EventSender.Sent;
import io.flywheel.client.FlywheelClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Flywheel over the wire, with the built-in program, beside the bare loader and the transaction per
 * event, at growing populations. Used by one thread.
 */
final class Ingest {
  private static final String MERCHANT = "bench-ingest";
  private static final int LOADER_BATCH = 1_000;
  private static final int LOADER_CONNECTIONS = 2;
  private static final double MIN_SHARE_OF_LOADER = 0.5;
  private static final double MIN_TIMES_TRANSACTIONS = 20;
  private static final double MIN_SHARE_OF_GROWTH = 0.85;
  private static final Duration MAX_WAIT_FOR_FOLLOW_UPS = Duration.ofSeconds(60);

  private final TestBed bed;
  private final Plan plan;
  private final EventSender sender;
  private final Report report;
  private final List<FlywheelClient> clients;
  private int runs;

  Ingest(TestBed bed, Plan plan, EventSender sender, Report report) throws Exception {
    this.bed = bed;
    this.plan = plan;
    this.sender = sender;
    this.report = report;
    this.clients = bed.withProgram(MERCHANT);
  }

  void run() throws Exception {
    double first = 0;
    double latest = 0;
    int populated = 0;
    for (int wanted : plan.viewers()) {
      report.part("ingest, %,d viewers".formatted(wanted));
      Population population = populate(populated, wanted);
      boolean isFirst = populated == 0;
      populated = population.size();
      if (isFirst) {
        sendFor(population, plan.warmUp());
      }
      latest = measure(population, wanted == plan.referenceViewers());
      first = isFirst ? latest : first;
    }
    if (plan.viewers().size() > 1) {
      report.atLeast(
          "ingest, %,d / %,d viewers".formatted(populated, plan.viewers().get(0)),
          latest / first,
          MIN_SHARE_OF_GROWTH);
    }
  }

  /** Each new viewer likes once; those that were reached in time are the population. */
  private Population populate(int from, int to) throws Exception {
    Population all = new Population(MERCHANT, to);
    AtomicIntegerArray next = new AtomicIntegerArray(clients.size());
    long end = System.nanoTime() + plan.populateAtMost().toNanos();
    String prefix = "e" + runs++ + "-";
    Sent sent =
        sender.sendNew(
            clients,
            connection -> {
              EventMix mix = new EventMix(all, prefix + connection + "-", connection);
              next.set(connection, from + connection);
              return () -> {
                int viewer = next.get(connection);
                if (viewer >= to || System.nanoTime() > end) {
                  return null;
                }
                next.set(connection, viewer + clients.size());
                return mix.like(viewer);
              };
            });
    int reached = to;
    for (int i = 0; i < clients.size(); i++) {
      reached = Math.min(reached, next.get(i));
    }
    report.figure("viewers who are there now", reached, "viewers");
    report.figure("first like of each new viewer", sent.perSecond(), "events/s");
    long left = bed.awaitFollowUps(MAX_WAIT_FOR_FOLLOW_UPS);
    if (left > 0) {
      report.note(left + " follow-ups are still waiting, and run beside what follows");
    }
    return new Population(MERCHANT, reached);
  }

  private double measure(Population population, boolean isReference) throws Exception {
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
      Sent sent = sendFor(population, plan.round());
      long answered = System.nanoTime();
      bed.bringFiguresUpToDate(MERCHANT);
      double folding = (System.nanoTime() - answered) / 1e9;
      cpu.end();
      flywheel = flywheel.plus(new Written(sent.events(), sent.seconds() + folding));
      pointsBooked += sent.tally().facts("points_booked");
      sender.sendAgain(clients, sent.sample());
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
    if (isReference) {
      compareWithTransactions(population, stateBytes, flywheel.perSecond());
    }
    return flywheel.perSecond();
  }

  private void compareWithTransactions(Population population, int stateBytes, double flywheel)
      throws Exception {
    BareLoader single = new BareLoader(bed.database(), population, 1, stateBytes);
    double best = 0;
    for (int connections : plan.transactionConnections()) {
      double rate = single.write(connections, plan.transactions()).perSecond();
      report.figure("a transaction per event, " + connections + " connections", rate, "events/s");
      best = Math.max(best, rate);
    }
    report.atLeast("ingest / a transaction per event", flywheel / best, MIN_TIMES_TRANSACTIONS);
  }

  private Sent sendFor(Population population, Duration duration) throws Exception {
    String prefix = "e" + runs++ + "-";
    long end = System.nanoTime() + duration.toNanos();
    return sender.sendNew(
        clients,
        connection -> {
          EventMix mix =
              new EventMix(population, prefix + connection + "-", runs * 31L + connection);
          return () ->
              System.nanoTime() < end ? mix.next(mix.viewerOf(connection, clients.size())) : null;
        });
  }
}
