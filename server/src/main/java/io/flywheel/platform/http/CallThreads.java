package io.flywheel.platform.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs each task on a virtual thread of its own; the one thread of the pool only keeps delays. */
final class CallThreads extends ScheduledThreadPoolExecutor {
  private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();

  CallThreads() {
    super(1, Thread.ofPlatform().name("http-timer").daemon().factory());
  }

  @Override
  public void execute(Runnable task) {
    virtual.execute(task);
  }

  @Override
  public void shutdown() {
    virtual.shutdown();
    super.shutdown();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return virtual.awaitTermination(timeout, unit) && super.awaitTermination(timeout, unit);
  }
}
