package io.flywheel.audience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The index takes little beside what viewers do, and comes after them all the same. */
final class AudienceIndexerTest {
  @Test
  void restsLongerTheMoreItHadToDo() {
    assertThat(AudienceIndexer.rest(Duration.ZERO)).isEqualTo(Duration.ofSeconds(10));
    assertThat(AudienceIndexer.rest(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(10));
    assertThat(AudienceIndexer.rest(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(45));
    assertThat(AudienceIndexer.rest(Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(2));
  }
}
