package io.flywheel.client;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Time that moves when a test says so; its tasks are run by the test's thread. Thread-safe. */
final class ManualTime implements Time {
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final PriorityQueue<Due> tasks =
      new PriorityQueue<>(
          Comparator.comparingLong((Due due) -> due.atMillis).thenComparingLong(due -> due.number));
  private long nowMillis = 1_800_000_000_000L;
  private long number;

  @Override
  public synchronized long nowMillis() {
    return nowMillis;
  }

  @Override
  public synchronized Task after(long delayMillis, Runnable task) {
    Due due = new Due(nowMillis + delayMillis, number++, task);
    tasks.add(due);
    return () -> cancel(due);
  }

  @Override
  public synchronized void stop() {
    tasks.clear();
  }

  /** Moves on by so much, and does what falls due on the way. */
  void advance(long millis) {
    long end = nowMillis() + millis;
    for (Due due = next(end); due != null; due = next(end)) {
      due.task.run();
    }
    synchronized (this) {
      nowMillis = end;
    }
  }

  /** Lets things happen that are due now, until it is so. */
  void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    advance(0);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come to be");
      }
      Thread.onSpinWait();
      advance(0);
    }
  }

  private synchronized void cancel(Due due) {
    tasks.remove(due);
  }

  private synchronized @Nullable Due next(long endMillis) {
    Due first = tasks.peek();
    if (first == null || first.atMillis > endMillis) {
      return null;
    }
    nowMillis = Math.max(nowMillis, first.atMillis);
    return tasks.poll();
  }

  private static final class Due {
    private final long atMillis;
    private final long number;
    private final Runnable task;

    Due(long atMillis, long number, Runnable task) {
      this.atMillis = atMillis;
      this.number = number;
      this.task = task;
    }
  }
}
