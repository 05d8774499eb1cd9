package io.flywheel.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Adds up how many processors each process keeps busy while something runs, and how many are busy
 * with anything else, without which no rate says much. Used by one thread.
 */
final class CpuMeter {
  private final Map<String, ProcessHandle> processes = new LinkedHashMap<>();
  private final Map<String, Duration> cpuBefore = new LinkedHashMap<>();
  private final Map<String, Duration> used = new LinkedHashMap<>();
  private long startedNanos;
  private Optional<Duration> machineBefore = Optional.empty();
  private Duration machine = Duration.ZERO;
  private long nanos;

  private CpuMeter() {}

  /** A meter of the server, of its database where it is embedded, and of the benchmark itself. */
  static CpuMeter of(TestBed bed) throws IOException {
    return of(bed.server(), bed.embeddedProcess());
  }

  /** A meter of a server, of its database where that is known, and of the benchmark itself. */
  static CpuMeter of(ProcessHandle server, Optional<ProcessHandle> database) {
    CpuMeter meter = new CpuMeter();
    meter.processes.put("server", server);
    database.ifPresent(process -> meter.processes.put("database", process));
    meter.processes.put("benchmark", ProcessHandle.current());
    return meter;
  }

  void begin() {
    processes.forEach((name, process) -> cpuBefore.put(name, Usage.cpu(process)));
    machineBefore = Usage.machineCpu();
    startedNanos = System.nanoTime();
  }

  void end() {
    nanos += System.nanoTime() - startedNanos;
    machineBefore.ifPresent(
        before -> machine = machine.plus(Usage.machineCpu().orElse(before)).minus(before));
    processes.forEach((name, process) -> {
      Duration sinceBegin = Usage.cpu(process).minus(cpuBefore.getOrDefault(name, Duration.ZERO));
      used.merge(name, sinceBegin, Duration::plus);
    });
  }

  /** All that the processes used for one of so many events, in microseconds. */
  double microsPerEvent(long events) {
    return ours().toNanos() / 1e3 / events;
  }

  /** What some of the processes used for one of so many events, in microseconds. */
  double microsPerEvent(long events, String... names) {
    long nanos = 0;
    for (String name : names) {
      nanos += used.getOrDefault(name, Duration.ZERO).toNanos();
    }
    return nanos / 1e3 / events;
  }

  void report(Report report, long events) {
    used.forEach((name, duration) -> {
      report.figure(name + " CPU", duration.toNanos() / (double) nanos, "processors");
      report.figure(name + " CPU per event", duration.toNanos() / 1e3 / events, "µs");
    });
    if (machine.compareTo(ours()) > 0) {
      double others = machine.minus(ours()).toNanos() / (double) nanos;
      report.figure("all else on the machine, CPU", others, "processors");
    }
  }

  private Duration ours() {
    return used.values().stream().reduce(Duration.ZERO, Duration::plus);
  }
}
