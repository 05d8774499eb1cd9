package io.flywheel.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether actions are likely to come that took effect before, which is when a client has lost its
 * connection or does not remember how far it got. While they are not, large batches don't look
 * their actions up, and the insertion of their keys fails if one of them was there. Thread-safe.
 */
final class Repetitions {
  /** After so many batches without any, none are expected. */
  private static final int BATCHES = 16;

  /** A server that has just started may have lost answers. */
  private final AtomicInteger batchesLeft = new AtomicInteger(BATCHES);

  boolean areLikely() {
    return batchesLeft.get() > 0;
  }

  /** Whether a batch had one that looked its actions up, or should have. */
  void note(boolean hadOne) {
    batchesLeft.updateAndGet(left -> hadOne ? BATCHES : Math.max(0, left - 1));
  }
}
