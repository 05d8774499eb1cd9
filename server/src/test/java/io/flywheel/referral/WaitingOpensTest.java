package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.ViewerKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many rows whoever opens links can make. */
final class WaitingOpensTest {
  private static final ViewerKey ANNA = new ViewerKey("shop", "anna");

  private final WaitingOpens opens = new WaitingOpens();

  @Test
  void channelsThatAreMadeUpCountTogether() {
    for (int i = 0; i < 1_000; i++) {
      opens.add(new WaitingOpens.Link(ANNA, "friends", "c" + i), 1);
    }
    Map<WaitingOpens.Link, Long> first = opens.take();
    assertThat(first).hasSize(WaitingOpens.CHANNELS_A_DAY + 1);
    assertThat(first.get(new WaitingOpens.Link(ANNA, "friends", "c0"))).isEqualTo(1);
    assertThat(first.get(new WaitingOpens.Link(ANNA, "friends", WaitingOpens.OTHER)))
        .isEqualTo(1_000 - WaitingOpens.CHANNELS_A_DAY);

    WaitingOpens.Link late = new WaitingOpens.Link(ANNA, "friends", "late");
    opens.add(late, 1);
    assertThat(opens.take()).as("the same day").doesNotContainKey(late);
    opens.add(late, 2);
    assertThat(opens.take()).as("another day").containsEntry(late, 1L).hasSize(1);
  }

  @Test
  void oneSharersLinksLeaveRoomForThoseOfOthers() {
    for (int i = 0; i < WaitingOpens.PLACES; i++) {
      opens.add(new WaitingOpens.Link(ANNA, "campaign" + i, ""), 1);
    }
    WaitingOpens.Link other = new WaitingOpens.Link(new ViewerKey("shop", "ben"), "friends", "");
    opens.add(other, 1);
    assertThat(opens.take()).hasSize(WaitingOpens.PLACES_OF_SHARER + 1).containsEntry(other, 1L);
  }
}
