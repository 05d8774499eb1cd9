package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.db.Database;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets the figures of single minutes that are old enough, once an hour. Thread-safe. */
public final class MinutePurge implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(MinutePurge.class);

  private final Database database;
  private final FiguresDao dao;
  private final AnalyticsConfig config;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("minute-purge").factory());

  @Inject
  MinutePurge(Database database, FiguresDao dao, AnalyticsConfig config, Clock clock) {
    this.database = database;
    this.dao = dao;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    var unused = timer.scheduleWithFixedDelay(this::tryToPurge, 0, 1, TimeUnit.HOURS);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  /** Forgets in short steps what is older than the configuration says. */
  public void purge() {
    long before =
        clock.instant().minus(config.keepMinutesFor()).toEpochMilli() / Tally.MINUTE_MILLIS;
    boolean more = true;
    while (more && !timer.isShutdown()) {
      more = database.inTransaction(handle -> dao.purgeStep(handle, before));
    }
  }

  private void tryToPurge() {
    try {
      purge();
    } catch (RuntimeException e) {
      log.warn("figures of old minutes were not forgotten; the next time tries again", e);
    }
  }
}
