package io.flywheel.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** Opens a stream again after it ended. Not thread-safe: a stream tells of one end at a time. */
final class Reopening {
  private final FlywheelClient client;
  private int failures;

  Reopening(FlywheelClient client) {
    this.client = client;
  }

  /** The stream brought something, so the next failure is the first one again. */
  void succeeded() {
    failures = 0;
  }

  /** Opens the stream after a while, or returns false if that makes no sense after this failure. */
  boolean schedule(FlywheelException failure, Runnable open) {
    failures++;
    Duration delay;
    if (failure.code() == Status.Code.UNAUTHENTICATED && failures == 1) {
      delay = Duration.ZERO; // The token may have expired; the next try brings a fresh one.
    } else if (RetryPolicy.isTransientForStream(failure)) {
      delay = client.retryPolicy().delayAfter(failures, failure);
    } else {
      return false;
    }
    try {
      client.reopenAfter(delay, open);
      return true;
    } catch (RejectedExecutionException clientClosed) {
      return false;
    }
  }
}
