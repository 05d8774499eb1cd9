package io.flywheel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for a lane. Merchants take turns, so that the one action of one of them waits for a
 * few of each other's and not for all that they have; those of one merchant keep their order.
 * Thread-safe.
 */
final class LaneQueue<T> {
  /** How many of a merchant's actions go together before it is another's turn. */
  private static final int TURN = 16;

  private static final long SHARED_FOR_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();

  @GuardedBy("lock")
  private final Map<String, Deque<T>> waiting = new HashMap<>();

  /** The merchants that have something waiting, in the order of their turns. */
  @GuardedBy("lock")
  private final Deque<String> turns = new ArrayDeque<>();

  /** The merchants that have no turns for now. */
  @GuardedBy("lock")
  private final Set<String> held = new HashSet<>();

  @GuardedBy("lock")
  private String lastMerchant = "";

  @GuardedBy("lock")
  private long lastChangeNanos = System.nanoTime() - SHARED_FOR_NANOS;

  void add(String merchantId, T entry) {
    lock.lock();
    try {
      if (!merchantId.equals(lastMerchant)) {
        lastChangeNanos = lastMerchant.isEmpty() ? lastChangeNanos : System.nanoTime();
        lastMerchant = merchantId;
      }
      Deque<T> own = waiting.get(merchantId);
      if (own == null) {
        own = new ArrayDeque<>();
        waiting.put(merchantId, own);
        if (!held.contains(merchantId)) {
          turns.add(merchantId);
        }
      }
      own.add(entry);
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts what was taken of a merchant back before all else that it has waiting, and gives it no
   * turn until it is released.
   */
  void holdBack(String merchantId, List<T> taken) {
    lock.lock();
    try {
      if (!taken.isEmpty()) {
        Deque<T> own = waiting.computeIfAbsent(merchantId, unused -> new ArrayDeque<>());
        taken.reversed().forEach(own::addFirst);
      }
      held.add(merchantId);
      turns.remove(merchantId);
    } finally {
      lock.unlock();
    }
  }

  /** Lets a merchant have its turns again. */
  void release(String merchantId) {
    lock.lock();
    try {
      if (held.remove(merchantId) && waiting.containsKey(merchantId)) {
        turns.add(merchantId);
        filled.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether several merchants have come lately, in which case long batches hold somebody up. */
  boolean isShared() {
    lock.lock();
    try {
      return System.nanoTime() - lastChangeNanos < SHARED_FOR_NANOS;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something waits, at most for so long. */
  void awaitFilled(long millis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (turns.isEmpty() && left > 0) {
        left = filled.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes up to so many entries, the merchants in turns. */
  void drainTo(Collection<T> entries, int most) {
    lock.lock();
    try {
      int left = most;
      while (left > 0 && !turns.isEmpty()) {
        String merchantId = turns.remove();
        Deque<T> own = Objects.requireNonNull(waiting.get(merchantId));
        for (int i = 0; i < TURN && left > 0 && !own.isEmpty(); i++, left--) {
          entries.add(own.remove());
        }
        if (own.isEmpty()) {
          waiting.remove(merchantId);
        } else {
          turns.add(merchantId);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
