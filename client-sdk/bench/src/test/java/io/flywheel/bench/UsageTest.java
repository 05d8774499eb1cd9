package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UsageTest {
  @Test
  void memoryIsReadFromTheProcessStatus() {
    List<String> status = List.of("Name:\tjava", "VmHWM:\t  409600 kB", "VmRSS:\t  204800 kB");

    assertThat(Usage.valueOf(status, "VmRSS:")).hasValue(200);
    assertThat(Usage.valueOf(status, "VmHWM:")).hasValue(400);
    assertThat(Usage.valueOf(status, "VmSwap:")).isEmpty();
  }

  @Test
  void timeThatWasIdleOrStolenIsNotBusy() {
    assertThat(Usage.busy("cpu  100 20 30 9000 800 4 6 70 0 0"))
        .isEqualTo(Duration.ofMillis(1_600));
  }

  @Test
  void theTimeOfAProcessGrows() {
    assertThat(Usage.cpu(ProcessHandle.current())).isPositive();
  }
}
