package io.flywheel.engine;

import com.google.inject.Inject;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.Recurrence;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs the lanes and the settlement for as long as the server runs. */
final class EngineLifecycle implements Lifecycle {
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
    Recurrence.begin(timer, config.followUpInterval(), "a settlement", settlement::settleShare);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdown();
    timer.awaitTermination(10, TimeUnit.SECONDS);
    engine.close();
  }
}
