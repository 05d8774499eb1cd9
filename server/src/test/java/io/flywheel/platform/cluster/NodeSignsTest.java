package io.flywheel.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NodeSignsTest {
  private final NodeSigns signs = new NodeSigns("self", 3);

  @Test
  void aNodeThatFallsSilentIsInDoubtUntilItIsHeardAgain() {
    assertThat(hear("other", 0)).isFalse();
    assertThat(signs.silentOthers(2)).isEmpty();
    assertThat(signs.silentOthers(3)).containsExactly("other");
    assertThat(hear("other", 4)).isTrue();
    assertThat(signs.silentOthers(5)).isEmpty();
  }

  @Test
  void aNodeThatIsKnownToHaveEndedIsForgotten() {
    hear("other", 0);
    assertThat(signs.silentOthers(9)).containsExactly("other");
    signs.forgetSilent("other"::equals);
    assertThat(signs.silentOthers(10)).isEmpty();
  }

  @Test
  void aNodeThatRunsAndWasNeverHeardIsInDoubt() {
    signs.expect("other", 0);
    assertThat(signs.silentOthers(2)).isEmpty();
    signs.expect("other", 2);
    assertThat(signs.hasHeard("other")).isFalse();
    assertThat(signs.silentOthers(3)).containsExactly("other");
    assertThat(hear("other", 4)).isTrue();
    assertThat(signs.hasHeard("other")).isTrue();
  }

  @Test
  void aNodeThatLeavesIsNotInDoubt() {
    hear("other", 0);
    signs.heard(ClusterSign.newBuilder().setNodeId("other").setLeaving(true).build(), 1);
    assertThat(signs.silentOthers(9)).isEmpty();
  }

  @Test
  void whoWasDeafDoesNotTakeTheOthersForSilent() {
    hear("self", 0);
    hear("other", 0);
    assertThat(signs.hearsItself(2)).isTrue();
    assertThat(signs.hearsItself(3)).isFalse();
    hear("self", 10);
    signs.forgive(10);
    assertThat(signs.hearsItself(10)).isTrue();
    assertThat(signs.silentOthers(11)).isEmpty();
    assertThat(signs.silentOthers(13)).containsExactly("other");
  }

  private boolean hear(String nodeId, long nowNanos) {
    return signs.heard(ClusterSign.newBuilder().setNodeId(nodeId).build(), nowNanos);
  }
}
