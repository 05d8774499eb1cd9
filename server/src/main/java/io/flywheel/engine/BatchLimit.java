package io.flywheel.engine;

import java.util.concurrent.TimeUnit;

/**
 * How many actions go into a batch while merchants share a lane: as many as run in a time that
 * nobody notices, which is what an action that comes meanwhile waits for. A batch has a price of
 * its own, of some milliseconds, so a much shorter time would leave a node a part of its rate. It
 * learns from the batches that were as large as it said. Used by one thread.
 */
final class BatchLimit {
  private static final long TARGET_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
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
