package io.flywheel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/** What a process has used of the machine. Not to be instantiated. */
final class Usage {
  private Usage() {}

  /** The processor time of a process since it began. */
  static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
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
