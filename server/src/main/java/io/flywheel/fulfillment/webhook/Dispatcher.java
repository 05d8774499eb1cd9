package io.flywheel.fulfillment.webhook;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.Recurrence;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Has every endpoint that is on looked after by one node. Thread-safe. */
@Singleton
final class Dispatcher implements Lifecycle {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final Worker.Tools tools;
  private final Map<EndpointKey, Running> running = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("webhooks").factory());

  private record Running(Worker worker, Thread thread) {}

  @Inject
  Dispatcher(Worker.Tools tools) {
    this.tools = tools;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    Recurrence.begin(timer, LOOK_EVERY, "looking after webhooks", this::look);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
    running.values().forEach(one -> one.worker.stop());
    for (Running one : running.values()) {
      one.thread.join(STOP_WITHIN);
    }
  }

  private void look() {
    for (EndpointKey key :
        tools
            .database()
            .read(handle -> tools.endpoints().unattended(handle, tools.clock().millis()))) {
      if (!running.containsKey(key)) {
        String owner = UUID.randomUUID().toString().replace("-", "");
        Worker.take(tools, key, owner).ifPresent(worker -> run(key, worker));
      }
    }
  }

  private void run(EndpointKey key, Worker worker) {
    Thread thread =
        Thread.ofVirtual()
            .name("webhook-" + key.endpointId())
            .unstarted(() -> {
              try {
                worker.run();
              } finally {
                running.remove(key);
              }
            });
    running.put(key, new Running(worker, thread));
    thread.start();
  }
}
