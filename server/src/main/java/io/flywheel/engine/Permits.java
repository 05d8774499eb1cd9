package io.flywheel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Bounds the actions that wait or run. A merchant may have more of them as long as it then has no
 * more than is left for the others: one alone gets half of all, two get a third each, and whoever
 * comes next always finds room. Those who wait for room are served in their order, merchant by
 * merchant. Thread-safe.
 */
final class Permits {
  private static final class Waiter extends CompletableFuture<Void> {
    private final String merchantId;
    private final int count;

    Waiter(String merchantId, int count) {
      this.merchantId = merchantId;
      this.count = count;
    }
  }

  private final int most;

  @GuardedBy("this")
  private final Map<String, Integer> held = new HashMap<>();

  @GuardedBy("this")
  private final List<Waiter> waiters = new ArrayList<>();

  @GuardedBy("this")
  private int total;

  Permits(int most) {
    this.most = most;
  }

  /** How many there are left. */
  synchronized int free() {
    return most - total;
  }

  /** Takes permits, unless there is no room or somebody of the merchant waits for some. */
  synchronized boolean tryTake(String merchantId, int count) {
    boolean isNext = waiters.stream().noneMatch(waiter -> waiter.merchantId.equals(merchantId));
    return isNext && take(merchantId, count);
  }

  /** Takes permits as soon as there is room; none if it is interrupted meanwhile. */
  void takeWhenRoom(String merchantId, int count) throws InterruptedException {
    Waiter waiter;
    synchronized (this) {
      if (tryTake(merchantId, count)) {
        return;
      }
      waiter = new Waiter(merchantId, count);
      waiters.add(waiter);
    }
    boolean taken = false;
    try {
      await(waiter);
      taken = true;
    } finally {
      if (!taken) {
        giveUp(waiter);
      }
    }
  }

  /** Gives permits of a merchant back. */
  synchronized void give(String merchantId, int count) {
    total -= count;
    held.computeIfPresent(
        merchantId, (id, has) -> has == count ? null : Integer.valueOf(has - count));
    serveWaiters();
    if (total == 0) {
      notifyAll();
    }
  }

  /** Waits until all are given back. */
  synchronized void awaitAll() throws InterruptedException {
    while (total > 0) {
      wait();
    }
  }

  private static void await(Waiter waiter) throws InterruptedException {
    try {
      waiter.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized void giveUp(Waiter waiter) {
    if (!waiters.remove(waiter)) {
      give(waiter.merchantId, waiter.count); // it was served at the last moment
    }
  }

  @GuardedBy("this")
  private void serveWaiters() {
    Set<String> passedOver = new HashSet<>();
    for (Iterator<Waiter> next = waiters.iterator(); next.hasNext(); ) {
      Waiter waiter = next.next();
      if (passedOver.contains(waiter.merchantId)) {
        continue;
      }
      if (take(waiter.merchantId, waiter.count)) {
        next.remove();
        waiter.complete(null);
      } else {
        passedOver.add(waiter.merchantId);
      }
    }
  }

  @GuardedBy("this")
  private boolean take(String merchantId, int count) {
    int left = most - total - count;
    int before = held.getOrDefault(merchantId, 0);
    if (left < 0 || (before > 0 && before + count > left)) {
      return false;
    }
    total += count;
    held.put(merchantId, before + count);
    return true;
  }
}
