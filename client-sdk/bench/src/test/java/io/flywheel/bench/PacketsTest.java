package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PacketsTest {
  private final List<String> seen = new ArrayList<>();
  private final Packets packets =
      new Packets(2, (head, length) -> seen.add(Arrays.toString(head) + " of " + length));

  @Test
  void packetsAreFoundInWhateverPiecesTheyCome() {
    byte[] bytes =
        Wire.all(Wire.packet(Wire.bytes(1, 2, 3)), Wire.packet(), Wire.packet(Wire.bytes(4)));
    packets.feed(bytes, bytes.length);
    List<String> atOnce = List.copyOf(seen);
    seen.clear();
    for (byte one : bytes) {
      packets.feed(new byte[] {one}, 1);
    }

    assertThat(atOnce).containsExactly("[1, 2] of 3", "[] of 0", "[4] of 1").isEqualTo(seen);
  }

  @Test
  void aPacketOfTheGreatestLengthGoesOnInTheNext() {
    byte[] first = new byte[0xffffff];
    first[0] = 7;
    byte[] bytes = Wire.all(Wire.packet(first), Wire.packet(Wire.bytes(8, 9)));
    packets.feed(bytes, bytes.length);

    assertThat(seen).containsExactly("[7, 0] of 16777217");
  }
}
