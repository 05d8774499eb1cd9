package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.Action;
import io.flywheel.engine.CommitListener;
import io.flywheel.v1.Fact;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes those who wait for something for the platform, as soon as this node has committed some.
 * What other nodes commit they find when they look again. Thread-safe.
 */
public final class Arrivals implements CommitListener {
  private final ConcurrentHashMap<String, Set<Waiting>> waiting = new ConcurrentHashMap<>();

  @Inject
  Arrivals() {}

  /** Somebody who waits; to be closed. */
  public final class Waiting implements AutoCloseable {
    private final String merchantId;
    private final Semaphore arrived = new Semaphore(0);

    private Waiting(String merchantId) {
      this.merchantId = merchantId;
    }

    /**
     * Waits until something has come since it last waited, or somebody wakes it, at most so long.
     */
    public void await(Duration atMost) throws InterruptedException {
      if (arrived.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        arrived.drainPermits();
      }
    }

    /** Wakes it. */
    public void wake() {
      arrived.release();
    }

    @Override
    public void close() {
      waiting.computeIfPresent(
          merchantId,
          (key, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** Begins to wait for what a merchant's actions bring. */
  public Waiting of(String merchantId) {
    Waiting one = new Waiting(merchantId);
    waiting.compute(
        merchantId,
        (key, all) -> {
          Set<Waiting> set = all == null ? ConcurrentHashMap.newKeySet() : all;
          set.add(one);
          return set;
        });
    return one;
  }

  @Override
  public void committed(Action action, List<Fact> facts) {
    Set<Waiting> all = waiting.get(action.viewer().merchantId());
    if (all != null && facts.stream().anyMatch(Outbound::concerns)) {
      all.forEach(Waiting::wake);
    }
  }
}
