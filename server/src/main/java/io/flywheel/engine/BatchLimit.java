package io.flywheel.engine;

import java.util.concurrent.TimeUnit;

/**
 * How many actions go into a batch while merchants share a lane: as many as run in a few
 * milliseconds, which is what an action that comes meanwhile waits for. It learns from the batches
 * that were as large as it said. Used by one thread.
 */
final class BatchLimit {
  private static final long TARGET_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
  private static final int LEAST = 32;

  private final int most;
  private int limit;

  BatchLimit(int most) {
    this.most = most;
    this.limit = Math.min(most, 4 * LEAST);
  }

  int limit() {
    return limit;
  }

  /** A batch of the size took this long. */
  void ran(int size, long nanos) {
    if (size < limit) {
      return;
    }
    limit =
        nanos > TARGET_NANOS
            ? Math.max(Math.min(LEAST, most), limit * 4 / 5)
            : Math.min(most, limit * 9 / 8 + 1);
  }
}
