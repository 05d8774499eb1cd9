package io.flywheel.bench;

import io.flywheel.bench.Visit.Step;
import io.flywheel.bench.Visit.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How fast a server is that has just been started, without and with a cache of what the JVM found
 * out and compiled in an earlier run (JEP 483, 515): until it is ready, and by its first calls
 * beside the thousandth, one after the other. Used by one thread.
 */
final class FirstCalls {
  private static final int FIRST = 100;
  private static final int THOUSANDTH = 1_000;
  private static final int VIEWERS = (THOUSANDTH + Step.values().length) / Step.values().length;
  private static final double MAX_TIMES_THOUSANDTH = 2;
  private static final double MAX_SECONDS_TO_READY = 3;
  private static final int JDK_WITH_CACHES = 25;

  private final TestBed.Settings settings;
  private final Report report;

  FirstCalls(TestBed.Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
  }

  void run() throws Exception {
    report.part("the first calls after a start");
    try (TestBed bed = new TestBed(settings)) {
      var unused = bed.start(List.of());
      Population measured = prepare(bed, "bench-first");
      bed.stop();
      measure(bed, List.of(), measured, "without a cache");
    }
    if (Runtime.version().feature() < JDK_WITH_CACHES) {
      report.note("NOT MEASURED: with a cache, which takes a JDK of version " + JDK_WITH_CACHES);
      return;
    }
    Path cache = Files.createTempFile("flywheel-bench", ".aot");
    try (TestBed bed = new TestBed(settings)) {
      var unused = bed.start(List.of("-XX:AOTCacheOutput=" + cache));
      Population measured = prepare(bed, "bench-first");
      call(bed, prepare(bed, "bench-before"));
      bed.stop();
      report.figure("size of the cache", Files.size(cache) / 1048576.0, "MiB");
      measure(bed, List.of("-XX:AOTCache=" + cache), measured, "with a cache");
    } finally {
      Files.deleteIfExists(cache);
    }
  }

  private Population prepare(TestBed bed, String merchant) throws Exception {
    return Visit.prepare(bed, new EventSender(report), merchant, VIEWERS).population();
  }

  private void measure(TestBed bed, List<String> jvmArguments, Population population, String how)
      throws Exception {
    double ready = bed.start(jvmArguments).toMillis() / 1000.0;
    long[] nanos = call(bed, population);
    double first = meanMillis(nanos, 0);
    double later = meanMillis(nanos, THOUSANDTH - FIRST);
    report.figure("from start to ready, " + how, ready, "s");
    report.figure("the first call, " + how, nanos[0] / 1e6, "ms");
    report.figure("the first hundred calls, " + how + ", mean", first, "ms");
    report.figure("the hundred up to the thousandth, " + how + ", mean", later, "ms");
    Usage.peakMib(bed.server())
        .ifPresent(mib -> report.figure("server RSS, most, " + how, mib, "MiB"));
    report.atMost("seconds to ready, " + how, ready, MAX_SECONDS_TO_READY);
    report.atMost(
        "the first hundred calls / up to the thousandth, " + how,
        first / later,
        MAX_TIMES_THOUSANDTH);
  }

  /** Lets all viewers call, and returns how long each call took. */
  private static long[] call(TestBed bed, Population population) throws IOException {
    Visit visit = new Visit(bed.clients(population.merchant()), population);
    long[] nanos = new long[population.size() * Step.values().length];
    int call = 0;
    for (int viewer = 0; viewer < population.size(); viewer++) {
      for (Step step : Step.values()) {
        long before = System.nanoTime();
        var unused = visit.call(new Turn(step, viewer)).join();
        nanos[call++] = System.nanoTime() - before;
      }
    }
    return nanos;
  }

  private static double meanMillis(long[] nanos, int from) {
    long sum = 0;
    for (int i = from; i < from + FIRST; i++) {
      sum += nanos[i];
    }
    return sum / 1e6 / FIRST;
  }
}
