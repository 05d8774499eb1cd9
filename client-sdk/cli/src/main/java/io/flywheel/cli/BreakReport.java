package io.flywheel.cli;

import io.flywheel.client.FlywheelException;
import java.io.PrintWriter;
import java.time.Duration;

/** Says that a connection is broken and tried again, but not at every try. Thread-safe. */
final class BreakReport {
  private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private long latestNanos = System.nanoTime() - EVERY_NANOS;

  BreakReport(PrintWriter err) {
    this.err = err;
  }

  synchronized void broken(FlywheelException failure) {
    if (System.nanoTime() - latestNanos >= EVERY_NANOS) {
      latestNanos = System.nanoTime();
      String cause =
          failure.getCause() == null
              ? ""
              : " (" + Failures.rootOf(failure.getCause()).getMessage() + ")";
      err.println("no connection, trying again: " + failure.getMessage() + cause);
    }
  }
}
