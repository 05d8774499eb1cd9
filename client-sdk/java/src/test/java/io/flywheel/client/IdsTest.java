package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {
  @Test
  void anIdIsAUuidOfVersionSevenThatBearsItsTime() {
    UUID id = UUID.fromString(Ids.newId(0x019C_AD8F_AC00L));
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(0x019C_AD8F_AC00L);
    assertThat(Ids.newId(1_000)).isLessThan(Ids.newId(1_001));
  }

  @Test
  void noTwoIdsOfAMillisecondAreTheSame() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add(Ids.newId(0x019C_AD8F_AC00L));
    }
    assertThat(ids).hasSize(10_000);
    assertThat(Ids.newId())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }
}
