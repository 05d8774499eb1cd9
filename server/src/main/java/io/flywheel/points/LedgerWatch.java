package io.flywheel.points;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.Recurrence;
import io.flywheel.platform.db.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the ledger for as long as the server runs: viewer by viewer that the newest entry, the
 * balance, the lots and the holds say the same, and that each merchant's accounts come to zero.
 * What it finds is logged, and counted by the metric {@code flywheel.ledger.findings}, which must
 * be zero. It takes 200 viewers a second at most, and begins anew no more than once a minute.
 * Thread-safe.
 */
@Singleton
public final class LedgerWatch implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(LedgerWatch.class);
  private static final int VIEWERS_A_STEP = 200;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SHORTEST_ROUND = Duration.ofMinutes(1);
  private static final ViewerKey BEFORE_ALL = new ViewerKey("", "");

  private final Database database;
  private final LedgerWatchDao dao;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ledger-watch").factory());

  private ViewerKey after = BEFORE_ALL;
  private Instant roundBegan = Instant.MIN;
  private int foundInRound;
  private volatile int findings;

  @Inject
  LedgerWatch(Database database, LedgerWatchDao dao, MeterRegistry meters, Clock clock) {
    this.database = database;
    this.dao = dao;
    this.clock = clock;
    Gauge.builder("flywheel.ledger.findings", this, watch -> watch.findings)
        .description("What is wrong with the ledger; must be zero")
        .register(meters);
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    Recurrence.begin(timer, PAUSE, "a step of the ledger's check", this::stepIfDue);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  /** Checks everything now, and returns how much is wrong. */
  public synchronized int checkAll() {
    begin();
    while (!step()) {}
    return findings;
  }

  private synchronized void stepIfDue() {
    boolean begins = after.equals(BEFORE_ALL);
    if (begins && clock.instant().isBefore(roundBegan.plus(SHORTEST_ROUND))) {
      return;
    }
    if (begins) {
      begin();
    }
    boolean unused = step();
  }

  private void begin() {
    after = BEFORE_ALL;
    roundBegan = clock.instant();
    foundInRound = 0;
  }

  /** Whether the round came to its end. */
  private boolean step() {
    LedgerWatchDao.Step step =
        database.inSnapshot(handle -> dao.step(handle, after, VIEWERS_A_STEP));
    report(step.findings());
    Set<String> met = new TreeSet<>(step.merchants());
    met.remove(after.merchantId()); // its accounts were added up when it was met first
    if (!met.isEmpty()) {
      report(database.read(handle -> dao.accountsOffZero(handle, met)));
    }
    after = step.last();
    if (step.viewers() < VIEWERS_A_STEP) {
      after = BEFORE_ALL;
      findings = foundInRound;
      return true;
    }
    return false;
  }

  /** What is found counts at once; what is right again counts no more from the round's end on. */
  private void report(List<String> found) {
    found.forEach(finding -> log.error("The ledger does not balance: {}", finding));
    foundInRound += found.size();
    findings = Math.max(findings, foundInRound);
  }
}
