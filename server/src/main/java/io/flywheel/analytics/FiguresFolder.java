package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.Recurrence;
import io.flywheel.platform.cluster.WorkShare;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds from time to time what nobody has read meanwhile: the less often, the more of what a viewer
 * did is one row. The merchants are divided among the nodes. Thread-safe.
 */
final class FiguresFolder implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(FiguresFolder.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int SHARDS = 256;
  private static final double MILLIS_PER_SECOND = 1_000;

  private final PendingFigures pending;
  private final WorkShare share;
  private final AnalyticsConfig config;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("figures").factory());
  private long roundNanos;
  private volatile DeltaDao.Waiting found = DeltaDao.Waiting.NOTHING;
  private volatile long foundMillis;

  @Inject
  FiguresFolder(
      PendingFigures pending,
      WorkShare share,
      AnalyticsConfig config,
      Clock clock,
      MeterRegistry metrics) {
    this.pending = pending;
    this.share = share;
    this.config = config;
    this.clock = clock;
    Gauge.builder("flywheel.figures.waiting.batches", () -> found.deltas())
        .description(
            "Batches whose figures waited when this node last folded them, every"
                + " analytics.fold-every, of the merchants that it folds")
        .register(metrics);
    Gauge.builder("flywheel.figures.waiting.size", () -> found.bytes())
        .description("How large they were")
        .baseUnit("bytes")
        .register(metrics);
    Gauge.builder("flywheel.figures.waiting.age", this::oldestSeconds)
        .description("How long the oldest of them had waited")
        .baseUnit("seconds")
        .register(metrics);
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    roundNanos = System.nanoTime();
    Recurrence.begin(timer, LOOK_EVERY, "Folding figures", this::look);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  private void look() {
    long now = System.nanoTime();
    if (now - roundNanos >= config.foldEvery().toNanos()) {
      roundNanos = now;
      foldShare();
    } else {
      pending.takeFull().forEach(this::fold);
    }
  }

  private void foldShare() {
    DeltaDao.Waiting all = DeltaDao.Waiting.NOTHING;
    long now = clock.millis();
    Optional<String> next = pending.merchantAfter("");
    while (next.isPresent() && !timer.isShutdown()) {
      String merchantId = next.get();
      if (isMine(merchantId)) {
        all = all.plus(pending.waiting(merchantId));
        fold(merchantId);
      }
      next = pending.merchantAfter(merchantId);
    }
    found = all;
    foundMillis = now;
  }

  private double oldestSeconds() {
    DeltaDao.Waiting waiting = found;
    return waiting.deltas() == 0
        ? 0
        : Math.max(0, foundMillis - waiting.oldestMillis()) / MILLIS_PER_SECOND;
  }

  private boolean isMine(String merchantId) {
    return !share.of(List.of(Math.floorMod(merchantId.hashCode(), SHARDS))).isEmpty();
  }

  private void fold(String merchantId) {
    try {
      pending.bringUpToDate(merchantId);
    } catch (RuntimeException e) {
      log.warn("The figures of {} were not folded; the next round tries again", merchantId, e);
    }
  }
}
