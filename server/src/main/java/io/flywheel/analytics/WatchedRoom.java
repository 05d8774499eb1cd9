package io.flywheel.analytics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.RoomRewards;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A room with all who watch it on this node: its figures are read once for all of them, about once
 * a second, and more seldom where reading them takes long. Thread-safe.
 */
final class WatchedRoom {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Reading never takes more than a tenth of the time. */
  private static final int PAUSES_PER_READ = 9;

  private final Set<RoomWatcher> watchers = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();

  @GuardedBy("lock")
  private @Nullable RoomReport latest;

  @GuardedBy("lock")
  private boolean ended;

  /** Begins to tell somebody; what was read last at once. */
  void add(RoomWatcher watcher) {
    lock.lock(); // so that what was read last never comes after what is read next
    try {
      watchers.add(watcher);
      if (latest != null) {
        watcher.offer(latest);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells somebody no more; returns whether nobody is left. */
  boolean remove(RoomWatcher watcher) {
    watchers.remove(watcher);
    return watchers.isEmpty();
  }

  /** Tells everybody of rewards. */
  void rewarded(RoomRewards rewards) {
    watchers.forEach(watcher -> watcher.offer(rewards));
  }

  /** Reads no more. */
  void close() {
    lock.lock();
    try {
      ended = true;
      closed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads and tells the figures until it is closed.
   *
   * @param read reads the figures
   * @param turns one is taken for each read; waiting for it is not part of what reading takes
   */
  void run(Supplier<RoomReport> read, Semaphore turns) {
    long tookNanos;
    do {
      turns.acquireUninterruptibly();
      long began = System.nanoTime();
      try {
        tell(read.get());
      } catch (RuntimeException e) {
        // Whoever comes back tries again, and waits as long as it thinks right.
        watchers.forEach(watcher -> watcher.fail(e));
      } finally {
        turns.release();
      }
      tookNanos = System.nanoTime() - began;
    } while (pause(Math.max(INTERVAL_NANOS - tookNanos, PAUSES_PER_READ * tookNanos)));
  }

  private void tell(RoomReport report) {
    lock.lock();
    try {
      if (latest == null || !sameFigures(latest, report)) {
        latest = report;
        watchers.forEach(watcher -> watcher.offer(report));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether two reports differ in nothing but when they were read. */
  private static boolean sameFigures(RoomReport one, RoomReport other) {
    return one.toBuilder().setReadAt(other.getReadAt()).build().equals(other);
  }

  /** Returns false when it is closed. */
  private boolean pause(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!ended && left > 0) {
        left = closed.awaitNanos(left);
      }
      return !ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
