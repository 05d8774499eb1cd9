package io.flywheel.engine;

import com.google.inject.Inject;
import io.flywheel.platform.Lifecycle;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the lanes and the settlement for as long as the server runs. */
final class EngineLifecycle implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(EngineLifecycle.class);

  private final Engine engine;
  private final Settlement settlement;
  private final EngineConfig config;
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("engine-", 0).factory());

  @Inject
  EngineLifecycle(Engine engine, Settlement settlement, EngineConfig config) {
    this.engine = engine;
    this.settlement = settlement;
    this.config = config;
  }

  @Override
  public Phase phase() {
    return Phase.ENGINE;
  }

  @Override
  public void start() {
    engine.start();
    repeat(config.followUpInterval(), settlement::settleShare);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdown();
    timer.awaitTermination(10, TimeUnit.SECONDS);
    engine.close();
  }

  private interface Work {
    void run() throws Exception;
  }

  private void repeat(Duration pause, Work work) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (Exception | Error e) { // whatever it is, the next one tries again
                log.warn("a settlement failed; the next one tries again", e);
              }
            },
            0,
            pause.toMillis(),
            TimeUnit.MILLISECONDS);
  }
}
