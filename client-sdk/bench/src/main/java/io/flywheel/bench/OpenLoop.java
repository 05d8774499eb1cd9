package io.flywheel.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls at a steady rate, whatever becomes of those before. The time of a call is reckoned
 * from when it was due: a service that stalls is not let off the calls that could not be made
 * meanwhile. Used by one thread.
 */
final class OpenLoop {
  private final double perSecond;
  private final Clock clock;

  /** Time, and how to wait for it. */
  interface Clock {
    long nanos();

    /** Returns at the time given, or later. */
    void waitUntil(long nanos);

    /** The machine's. */
    static Clock system() {
      return new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void waitUntil(long nanos) {
          for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
            LockSupport.parkNanos(left);
          }
        }
      };
    }
  }

  /** Takes the outcome of each call, from whatever thread. */
  interface Recorder {
    /** The call has ended so long after it was due. */
    void record(int index, long nanos, @Nullable Throwable failure);
  }

  OpenLoop(double perSecond, Clock clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** How long after the first call this one is due. */
  long dueNanos(int index) {
    return Math.round(index / perSecond * 1e9);
  }

  /** Makes so many calls and returns when all have ended. */
  void run(int count, IntFunction<? extends CompletableFuture<?>> call, Recorder recorder) {
    CompletableFuture<?>[] ended = new CompletableFuture<?>[count];
    long start = clock.nanos();
    for (int i = 0; i < count; i++) {
      int index = i;
      long due = start + dueNanos(i);
      clock.waitUntil(due);
      ended[i] =
          call.apply(i)
              .handle((answer, failure) -> {
                recorder.record(index, clock.nanos() - due, failure);
                return true;
              });
    }
    CompletableFuture.allOf(ended).join();
  }
}
