package io.flywheel.client;

import io.grpc.Status;
import java.util.concurrent.RejectedExecutionException;

/** Opens a stream again after it ended. Not thread-safe: a stream tells of one end at a time. */
final class Reopening {
  /** A stream that held for so long was no failure, even if it brought nothing. */
  private static final long STEADY_MILLIS = 10_000;

  private final FlywheelClient client;
  private int failures;
  private long openedAtMillis;

  Reopening(FlywheelClient client) {
    this.client = client;
    this.openedAtMillis = client.time().nowMillis();
  }

  /** The stream is being opened. */
  void opened() {
    openedAtMillis = client.time().nowMillis();
  }

  /** The stream brought something, so the next failure is the first one again. */
  void succeeded() {
    failures = 0;
  }

  /** Opens the stream after a while, or returns false if that makes no sense after this failure. */
  boolean schedule(FlywheelException failure, Runnable open) {
    if (client.time().nowMillis() - openedAtMillis >= STEADY_MILLIS) {
      failures = 0;
    }
    failures++;
    if (failure.code() == Status.Code.UNAUTHENTICATED && failures == 1) {
      return after(0, open); // The token may have expired; the next try brings a fresh one.
    }
    if (RetryPolicy.isTransientForStream(failure)) {
      return after(client.delayAfter(failures, failure), open);
    }
    return false;
  }

  /** Opens the stream as soon as the surroundings allow; they cut it themselves. */
  boolean scheduleAtOnce(Runnable open) {
    return after(0, open);
  }

  private boolean after(long delayMillis, Runnable open) {
    try {
      client.reopenAfter(delayMillis, open);
      return true;
    } catch (RejectedExecutionException clientClosed) {
      return false;
    }
  }
}
