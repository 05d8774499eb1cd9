package io.flywheel.client;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time of the machine, with one daemon thread. */
final class SystemTime implements Time {
  private final ScheduledExecutorService thread;

  SystemTime() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "flywheel-client-timer");
              made.setDaemon(true);
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
    thread = executor;
  }

  @Override
  public long nowMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public Task after(long delayMillis, Runnable task) {
    ScheduledFuture<?> future = thread.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public void stop() {
    thread.shutdown();
  }
}
