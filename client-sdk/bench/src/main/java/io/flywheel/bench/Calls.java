package io.flywheel.bench;

import io.flywheel.bench.Visit.Step;
import io.flywheel.bench.Visit.Turn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The calls that viewers wait for: a viewer enters the room, checks in, and claims the chest that
 * the day's three tasks have opened. One after the other beside a bare commit, then as many as go,
 * then at half of that rate. Used by one thread.
 */
final class Calls {
  private static final double MAX_TIMES_COMMIT = 4;
  private static final double MAX_TIMES_MEDIAN = 4;

  /** How long under load a viewer takes from one call to the next. */
  private static final double PAUSE_SECONDS = 0.25;

  private final TestBed bed;
  private final Plan plan;
  private final EventSender sender;
  private final Report report;
  private long answered;
  private long failed;

  Calls(TestBed bed, Plan plan, EventSender sender, Report report) {
    this.bed = bed;
    this.plan = plan;
    this.sender = sender;
    this.report = report;
  }

  /** How many calls took effect. */
  long answered() {
    return answered;
  }

  /** How many calls failed; whether they took effect is unknown. */
  long failed() {
    return failed;
  }

  void run() throws Exception {
    double unused =
        asManyAsGo(prepare("bench-warm", plan.warmUpVisits()), plan.callers().getLast());
    report.part("calls, one after the other");
    oneAfterTheOther();
    report.part("calls, as many as go");
    double peak = 0;
    for (int callers : plan.callers()) {
      double rate = asManyAsGo(prepare("bench-peak-" + callers, plan.loadedViewers()), callers);
      report.figure(callers + " callers", rate, "calls/s");
      peak = Math.max(peak, rate);
    }
    report.part("calls, at half of the peak");
    atRate(peak / 2);
  }

  /** Viewers of a new merchant who have come into a room, checked in and claimed their chests. */
  Population visited(String merchant, int viewers) throws Exception {
    Visit visit = prepare(merchant, viewers);
    asManyAsGo(visit, plan.callers().getFirst());
    return visit.population();
  }

  private void oneAfterTheOther() throws Exception {
    int warmUp = plan.warmUpViewers();
    Visit visit = prepare("bench-light", plan.lightCalls() + warmUp);
    BaselineTables.create(bed.database());
    Times times = new Times();
    Latencies commits = new Latencies();
    try (Connection connection = bed.database().connect(bed.database().baselineSchema());
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO action_log (merchant_id, action_key, content_hash, created_ms, answer)"
                    + " VALUES ('', ?, ?, ?, NULL)")) {
      for (int viewer = 0; viewer < visit.population().size(); viewer++) {
        boolean isWarm = viewer >= warmUp;
        for (Step step : Step.values()) {
          long before = System.nanoTime();
          commit(insert);
          long between = System.nanoTime();
          boolean succeeded = times.succeeds(visit.call(new Turn(step, viewer)));
          long after = System.nanoTime();
          if (isWarm) {
            commits.record(between - before, false);
            times.of(step).record(after - between, !succeeded);
          } else {
            count(succeeded);
          }
        }
      }
    }
    commits.report(report, "a bare commit of one row");
    for (Step step : Step.values()) {
      times.of(step).report(report, step.rpc());
      report.atMost(
          step.rpc() + " / a bare commit, median",
          times.of(step).millis(50) / commits.millis(50),
          MAX_TIMES_COMMIT);
    }
    count(times);
  }

  private double asManyAsGo(Visit visit, int callers) throws Exception {
    Times times = new Times();
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    Parallel.run(
        callers,
        caller ->
            () -> {
              int viewer = next.getAndIncrement();
              for (; viewer < visit.population().size(); viewer = next.getAndIncrement()) {
                for (Step step : Step.values()) {
                  long before = System.nanoTime();
                  boolean succeeded = times.succeeds(visit.call(new Turn(step, viewer)));
                  times.of(step).record(System.nanoTime() - before, !succeeded);
                }
              }
              return caller;
            });
    double seconds = (System.nanoTime() - start) / 1e9;
    return count(times) / seconds;
  }

  private void atRate(double perSecond) throws Exception {
    Visit visit = prepare("bench-half", plan.loadedViewers());
    int viewers = visit.population().size();
    int pause = (int) Math.ceil(perSecond / Step.values().length * PAUSE_SECONDS);
    List<Turn> turns = Visit.turns(viewers, Math.min(pause, viewers));
    List<CompletableFuture<?>> latest = new ArrayList<>();
    for (int i = 0; i < viewers; i++) {
      latest.add(CompletableFuture.completedFuture(true));
    }
    Times times = new Times();
    report.figure("rate", perSecond, "calls/s");
    new OpenLoop(perSecond, OpenLoop.Clock.system())
        .run(
            turns.size(),
            index -> {
              Turn turn = turns.get(index);
              CompletableFuture<?> call =
                  latest
                      .get(turn.viewer())
                      .handle((answer, failure) -> true)
                      .thenCompose(ended -> visit.call(turn));
              latest.set(turn.viewer(), call);
              return call;
            },
            (index, nanos, failure) -> {
              times.note(failure);
              times.of(turns.get(index).step()).record(nanos, failure != null);
            });
    for (Step step : Step.values()) {
      times.of(step).report(report, step.rpc());
      report.atMost(
          step.rpc() + " at half of the peak, p99 / median",
          times.of(step).millis(99) / times.of(step).millis(50),
          MAX_TIMES_MEDIAN);
    }
    count(times);
  }

  private Visit prepare(String merchant, int viewers) throws Exception {
    return Visit.prepare(bed, sender, merchant, viewers);
  }

  private void count(boolean succeeded) {
    answered += succeeded ? 1 : 0;
    failed += succeeded ? 0 : 1;
  }

  /** Returns how many succeeded. */
  private long count(Times times) {
    long succeeded = times.bySteps.values().stream().mapToLong(Latencies::count).sum();
    answered += succeeded;
    failed += times.bySteps.values().stream().mapToLong(Latencies::failures).sum();
    Throwable failure = times.firstFailure.get();
    if (failure != null) {
      report.note("the first failure: " + failure.getMessage());
    }
    return succeeded;
  }

  private static void commit(PreparedStatement insert) throws SQLException {
    SplittableRandom random = new SplittableRandom();
    long now = System.currentTimeMillis();
    byte[] contentHash = new byte[16];
    random.nextBytes(contentHash);
    insert.setBytes(1, BaselineTables.actionKey(now, random));
    insert.setBytes(2, contentHash);
    insert.setLong(3, now);
    insert.executeUpdate();
  }

  /** How long each kind of call took. Thread-safe. */
  private static final class Times {
    private final Map<Step, Latencies> bySteps = new EnumMap<>(Step.class);
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    Times() {
      for (Step step : Step.values()) {
        bySteps.put(step, new Latencies());
      }
    }

    Latencies of(Step step) {
      return Objects.requireNonNull(bySteps.get(step));
    }

    /** Waits for a call to end. */
    boolean succeeds(CompletableFuture<?> call) {
      try {
        call.join();
        return true;
      } catch (CompletionException e) {
        note(e.getCause());
        return false;
      }
    }

    void note(@Nullable Throwable failure) {
      if (failure != null) {
        firstFailure.compareAndSet(null, failure);
      }
    }
  }
}
