package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LaneQueueTest {
  private final LaneQueue<String> queue = new LaneQueue<>();

  @Test
  void whatIsHeldBackComesFirstOnceItIsReleasedAndHoldsUpNobodyElse() {
    queue.add("a", "a1");
    queue.add("a", "a2");
    queue.add("b", "b1");
    assertThat(drain(2)).containsExactly("a1", "a2");
    queue.add("a", "a3");
    queue.holdBack("a", List.of("a1", "a2"));
    queue.add("a", "a4");
    queue.add("b", "b2");
    assertThat(drain(10)).containsExactly("b1", "b2");
    assertThat(queue.isEmpty()).as("a lane that is closed goes on until all is done").isFalse();
    queue.release("a");
    queue.release("a");
    assertThat(drain(10)).containsExactly("a1", "a2", "a3", "a4");
    assertThat(queue.isEmpty()).isTrue();
    queue.add("a", "a5");
    assertThat(drain(10)).containsExactly("a5");
  }

  @Test
  void whoComesWhileNothingOfTheMerchantWaitsIsHeldBackToo() {
    queue.holdBack("a", List.of());
    queue.add("a", "a1");
    assertThat(drain(10)).isEmpty();
    queue.release("a");
    assertThat(drain(10)).containsExactly("a1");
    queue.holdBack("a", List.of());
    queue.release("a");
    assertThat(queue.isEmpty()).isTrue();
  }

  private List<String> drain(int most) {
    List<String> drained = new ArrayList<>();
    queue.drainTo(drained, most);
    return drained;
  }
}
