package io.flywheel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the service's JVM is started with. */
final class JvmOptionsTest {
  private static final String OPTIONS = "@src/main/jvm/jvm.options";

  @Test
  void theHeapIsBounded() throws Exception {
    assertThat(maxHeapMib(OPTIONS)).isEqualTo(512);
  }

  @Test
  void whatStandsBehindTheOptionsWins() throws Exception {
    assertThat(maxHeapMib(OPTIONS, "-Xmx2g")).isEqualTo(2_048);
  }

  /** Starts a JVM as the tests' own is, which refuses options that it can't read. */
  private static long maxHeapMib(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-XX:+PrintFlagsFinal", "-version"));
    Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (Stream<String> lines = java.inputReader().lines()) {
      List<String> output = lines.toList();
      assertThat(java.waitFor()).as(String.join("\n", output)).isZero();
      return output.stream()
              .filter(line -> line.contains(" MaxHeapSize "))
              .mapToLong(line -> Long.parseLong(line.split("=")[1].strip().split(" ")[0]))
              .findFirst()
              .orElseThrow()
          >> 20;
    }
  }
}
