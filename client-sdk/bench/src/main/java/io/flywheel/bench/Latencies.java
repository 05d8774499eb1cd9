package io.flywheel.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long calls of one kind took. Thread-safe. */
final class Latencies {
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

  private final Histogram micros = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final AtomicLong failures = new AtomicLong();

  void record(long nanos, boolean failed) {
    if (failed) {
      failures.incrementAndGet();
    } else {
      micros.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, LONGEST_MICROS));
    }
  }

  long count() {
    return micros.getTotalCount();
  }

  long failures() {
    return failures.get();
  }

  double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1000.0;
  }

  void report(Report report, String name) {
    report.figure(name + ", p50", millis(50), "ms");
    report.figure(name + ", p99", millis(99), "ms");
    if (failures() > 0) {
      report.figure(name + ", failed", (double) failures(), "calls");
    }
  }
}
