package io.flywheel.bench;

import java.util.Arrays;
import java.util.List;

/**
 * The order that transactions had when they were recorded: one may begin when all have ended that
 * had ended before it began then. So each finds the rows as they were, and those that ran at the
 * same moment may do so again. Thread-safe.
 */
final class CommitOrder {
  private final long[] ends;
  private final boolean[] ended;
  private int endedInOrder;
  private boolean isGivenUp;

  /** Transactions that ended at these moments, in any order. */
  CommitOrder(List<Long> endedNanos) {
    ends = endedNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    ended = new boolean[ends.length];
  }

  /** Waits until a transaction may begin that began at this moment. */
  synchronized void awaitTurn(long beganNanos) throws InterruptedException {
    int before = endedBefore(beganNanos);
    while (endedInOrder < before && !isGivenUp) {
      wait();
    }
  }

  /** The transaction has ended that ended at this moment. */
  synchronized void end(long endedNanos) {
    int index = endedBefore(endedNanos);
    while (ended[index]) {
      index++; // another one has ended at the same moment
    }
    ended[index] = true;
    int before = endedInOrder;
    while (endedInOrder < ended.length && ended[endedInOrder]) {
      endedInOrder++;
    }
    if (endedInOrder > before) {
      notifyAll();
    }
  }

  /** Lets everybody go on: somebody has failed. */
  synchronized void giveUp() {
    isGivenUp = true;
    notifyAll();
  }

  /** How many had ended before a moment. */
  private int endedBefore(long nanos) {
    int found = Arrays.binarySearch(ends, nanos);
    int index = found < 0 ? -found - 1 : found;
    while (index > 0 && ends[index - 1] == nanos) {
      index--;
    }
    return index;
  }
}
