package io.flywheel.platform.grpc;

import io.flywheel.platform.errors.ServiceException;
import java.time.Duration;
import java.util.List;

/**
 * The places of those who watch something on this node: there are so many, which merchants share as
 * a {@link Budget}, and each is served by a thread of its own. Thread-safe.
 */
public final class WatchPlaces {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final String thread;
  private final Budget places;

  /**
   * Free places.
   *
   * @param thread what the threads are called
   * @param max how many places there are
   */
  public WatchPlaces(String thread, int max) {
    this.thread = thread;
    this.places = new Budget(max);
  }

  /**
   * Takes a place, which {@link #serve} gives back.
   *
   * @throws ServiceException OVERLOADED if there is none for this merchant
   */
  public void take(String merchantId) {
    if (!places.take(List.of(merchantId), 1)) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
  }

  /** Serves whoever has taken a place, on a thread of its own. */
  public void serve(String merchantId, Runnable watch) {
    Thread.ofVirtual()
        .name(thread)
        .start(() -> {
          try {
            watch.run();
          } finally {
            places.give(List.of(merchantId), 1);
          }
        });
  }
}
