package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdTimeTest {
  @ParameterizedTest
  @CsvSource({
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f, 2022-02-22T19:22:22Z",
    "017F22E2-79B0-7CC3-98C4-DC0C0C07398F, 2022-02-22T19:22:22Z",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV, 2016-07-30T23:54:10.259Z",
    "01arz3ndektsv4rrffq69g5fav, 2016-07-30T23:54:10.259Z",
    "1541815603606036480, 2022-06-28T16:07:40.105Z",
  })
  void idsInTimeOrderBearTheirTime(String id, Instant time) {
    assertThat(Instant.ofEpochMilli(IdTime.millisOf(id))).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e1",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479", // version 4
        "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f", // not of the variant that has versions
        "017f22e2x79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "81ARZ3NDEKTSV4RRFFQ69G5FAV", // more than 48 bits of time
        "01ARZ3NDEKTSV4RRFFQ69G5FAU", // no letter of its alphabet
        "154181560360603",
        "9223372036854775808",
        "15418156036060364801",
        "154181560360603648x",
      })
  void otherIdsBearNone(String id) {
    assertThat(IdTime.millisOf(id)).isZero();
  }

  @Test
  void theExtremesFitIntoSixBytesAndKeepTheirOrder() {
    assertThat(IdTime.millisOf("ffffffff-ffff-7fff-bfff-ffffffffffff"))
        .isEqualTo(IdTime.MAX_MILLIS);
    assertThat(IdTime.millisOf("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")).isEqualTo(IdTime.MAX_MILLIS);
    assertThat(IdTime.millisOf("9223372036854775807")).isBetween(1L, IdTime.MAX_MILLIS);
    assertThat(
            Stream.of(
                    key("ffffffff-ffff-7fff-bfff-ffffffffffff"),
                    ActionKey.startOf(IdTime.MAX_MILLIS),
                    key("7fffffff-ffff-7fff-bfff-ffffffffffff"),
                    key("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
                    ActionKey.startOf(1),
                    key("e1"))
                .sorted(Arrays::compareUnsigned))
        .containsExactly(
            key("e1"),
            ActionKey.startOf(1),
            key("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
            key("7fffffff-ffff-7fff-bfff-ffffffffffff"),
            ActionKey.startOf(IdTime.MAX_MILLIS),
            key("ffffffff-ffff-7fff-bfff-ffffffffffff"));
  }

  private static byte[] key(String eventId) {
    return ActionKey.event("m", eventId).toBytes();
  }
}
