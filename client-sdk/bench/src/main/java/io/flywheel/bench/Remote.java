package io.flywheel.bench;

import io.flywheel.bench.BareLoader.Written;
import io.flywheel.bench.Crowd.Turn;
import io.flywheel.bench.Visit.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/**
 * A server whose database is a millisecond away, beside the same server with the same database near
 * by: ingest and calls, and how often each goes to the database. Used by one thread.
 */
final class Remote {
  private static final Duration AWAY = Duration.ofMillis(1);
  private static final String MERCHANT = "bench-remote";
  private static final double MAX_ROUND_TRIPS = 2;
  private static final int EMPTY_ROUND_TRIPS = 200;

  private final TestBed.Settings settings;
  private final Plan plan;
  private final Report report;

  Remote(TestBed.Settings settings, Plan plan, Report report) {
    this.settings = settings;
    this.plan = plan;
    this.report = report;
  }

  /** Where the database is. */
  private enum Distance {
    NEAR("near", Duration.ZERO),
    FAR("1 ms away", AWAY);

    private final String text;
    private final Duration perRoundTrip;

    Distance(String text, Duration perRoundTrip) {
      this.text = text;
      this.perRoundTrip = perRoundTrip;
    }
  }

  void run() throws Exception {
    try (RelayedBed relayed = RelayedBed.start(settings)) {
      report.part("a remote database, round trips");
      for (Distance distance : Distance.values()) {
        relayed.relay().delay(distance.perRoundTrip);
        report.figure("an empty one, p50, " + distance.text, emptyRoundTrip(relayed), "ms");
      }
      relayed.relay().delay(Duration.ZERO);
      EventSender sender = new EventSender(report);
      ingest(relayed, sender);
      calls(relayed, sender);
      relayed.relay().check();
    }
  }

  private static double emptyRoundTrip(RelayedBed relayed) throws SQLException {
    DatabaseServer throughRelay = relayed.bed().database().through(relayed.relay().port());
    Latencies empty = new Latencies();
    try (Connection connection = throughRelay.connect("");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < EMPTY_ROUND_TRIPS; i++) {
        long before = System.nanoTime();
        statement.execute("DO 0");
        empty.record(System.nanoTime() - before, false);
      }
    }
    return empty.millis(50);
  }

  private void ingest(RelayedBed relayed, EventSender sender) throws Exception {
    report.part("a remote database, ingest");
    Crowd crowd = new Crowd(relayed.bed(), MERCHANT, plan, sender, report);
    crowd.grow(plan.viewers().getFirst());
    crowd.warmUp(plan.warmUp());
    relayed.bed().bringFiguresUpToDate(MERCHANT);
    Map<Distance, Written> written = new EnumMap<>(Distance.class);
    long roundTrips = 0;
    double batches = 0;
    long events = 0;
    for (int i = 0; i < plan.rounds() * Distance.values().length; i++) {
      Distance distance = Distance.values()[i % Distance.values().length];
      relayed.relay().delay(distance.perRoundTrip);
      double batchesBefore = batches(relayed);
      long before = relayed.relay().roundTrips();
      long end = System.nanoTime() + plan.round().toNanos();
      Turn turn = crowd.turn(() -> System.nanoTime() < end);
      roundTrips += relayed.relay().roundTrips() - before;
      batches += batches(relayed) - batchesBefore;
      events += turn.sent().events();
      written.merge(distance, new Written(turn.sent().events(), turn.seconds()), Written::plus);
    }
    relayed.relay().delay(Duration.ZERO);
    for (Distance distance : Distance.values()) {
      report.figure("ingest, " + distance.text, rate(written, distance), "events/s");
    }
    report.figure(
        "ingest, 1 ms away / near", rate(written, Distance.FAR) / rate(written, Distance.NEAR), "");
    report.figure("events a batch", events / batches, "");
    report.figure("round trips a batch, all others among them", roundTrips / batches, "");
  }

  private static double rate(Map<Distance, Written> written, Distance distance) {
    return Objects.requireNonNull(written.get(distance)).perSecond();
  }

  /** How many batches lanes have run. */
  private static double batches(RelayedBed relayed) throws Exception {
    return relayed.bed().metric("flywheel_engine_batch_time_seconds_count");
  }

  /** Every other viewer's visit meets a database that is far. */
  private void calls(RelayedBed relayed, EventSender sender) throws Exception {
    report.part("a remote database, calls, one after the other");
    int warmUp = plan.warmUpViewers();
    Visit visit =
        Visit.prepare(relayed.bed(), sender, "bench-remote-calls", warmUp + plan.lightCalls());
    Map<Step, CallsOfStep> all = new EnumMap<>(Step.class);
    for (Step step : Step.values()) {
      all.put(step, new CallsOfStep(plan.lightCalls()));
    }
    for (int viewer = 0; viewer < visit.population().size(); viewer++) {
      boolean isWarm = viewer >= warmUp;
      Distance distance = Distance.values()[viewer % Distance.values().length];
      relayed.relay().delay(isWarm ? distance.perRoundTrip : Duration.ZERO);
      for (Step step : Step.values()) {
        long roundTripsBefore = relayed.relay().roundTrips();
        long before = System.nanoTime();
        boolean succeeded = succeeds(visit, new Visit.Turn(step, viewer));
        long nanos = System.nanoTime() - before;
        if (isWarm) {
          CallsOfStep calls = Objects.requireNonNull(all.get(step));
          calls.times(distance).record(nanos, !succeeded);
          calls.roundTrips[viewer - warmUp] = relayed.relay().roundTrips() - roundTripsBefore;
        }
      }
    }
    relayed.relay().delay(Duration.ZERO);
    all.forEach((step, calls) -> {
      for (Distance distance : Distance.values()) {
        calls.times(distance).report(report, step.rpc() + ", " + distance.text);
      }
      double roundTrips = calls.medianOfRoundTrips();
      report.figure(step.rpc() + ", round trips, median", roundTrips, "");
      report.atMost(step.rpc() + ", round trips", roundTrips, MAX_ROUND_TRIPS);
    });
  }

  private static boolean succeeds(Visit visit, Visit.Turn turn) {
    try {
      var unused = visit.call(turn).join();
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  /** The calls of one kind. */
  private static final class CallsOfStep {
    private final Map<Distance, Latencies> byDistance = new EnumMap<>(Distance.class);
    private final long[] roundTrips;

    CallsOfStep(int calls) {
      roundTrips = new long[calls];
      for (Distance distance : Distance.values()) {
        byDistance.put(distance, new Latencies());
      }
    }

    Latencies times(Distance distance) {
      return Objects.requireNonNull(byDistance.get(distance));
    }

    /** What the server does by itself meanwhile is no part of most calls. */
    double medianOfRoundTrips() {
      long[] sorted = roundTrips.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }
}
