package io.flywheel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a process has used of the machine. Not to be instantiated. */
final class Usage {
  /** Linux counts processor time in hundredths of a second, whatever the processor. */
  private static final int MILLIS_PER_TICK = 10;

  private Usage() {}

  /** The processor time of a process since it began. */
  static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The processor time that the whole machine has used since it began, where the system tells. */
  static Optional<Duration> machineCpu() {
    try {
      return Optional.of(busy(Files.readAllLines(Path.of("/proc/stat")).get(0)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The sum of a line such as {@code cpu user nice system idle iowait irq softirq steal …}, without
   * what was idle or stolen.
   */
  static Duration busy(String line) {
    String[] ticks = line.trim().split("\\s+");
    long sum = 0;
    for (int field : new int[] {1, 2, 3, 6, 7}) {
      sum += Long.parseLong(ticks[field]);
    }
    return Duration.ofMillis(sum * MILLIS_PER_TICK);
  }

  /** Its memory that is resident now, in MiB, where the system tells. */
  static OptionalDouble residentMib(ProcessHandle process) {
    return status(process, "VmRSS:");
  }

  /** The most memory that was ever resident, in MiB, where the system tells. */
  static OptionalDouble peakMib(ProcessHandle process) {
    return status(process, "VmHWM:");
  }

  private static OptionalDouble status(ProcessHandle process, String field) {
    Path file = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      return valueOf(Files.readAllLines(file), field);
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  /** The value of a line such as {@code VmRSS: 123456 kB}, in MiB. */
  static OptionalDouble valueOf(List<String> lines, String field) {
    return lines.stream()
        .filter(line -> line.startsWith(field))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
        .findFirst();
  }
}
