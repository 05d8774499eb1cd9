package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom tasks are for is asked of the features that know it, when it is asked. */
final class AudienceTest {
  private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");

  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.compile(
              TestPrograms.check(
                      """
                      tasks:
                        - id: share
                          title: Share
                          trigger: share
                          tiers:
                            - threshold: 1
                              rewards:
                                - privilege: {privilege_id: vip, valid_for: 1d}
                                - points: {amount: 5, expires_after: 1d}
                        - id: vips
                          title: VIPs
                          trigger: like
                          audience: "'vip' in viewer.privileges"
                          window: day
                          tiers: [1]
                        - id: rich
                          title: Rich
                          trigger: like
                          audience: viewer.points >= 5
                          window: day
                          tiers: [1]
                      """)
                  .orThrow()),
          new ViewerKey("shop", "anna"),
          TestPrograms.reactors());

  @Test
  void whatHasEndedOpensNoTask() {
    assertThat(completed(like(NOON))).isEmpty();
    turn.run(NOON, event().setShared(Shared.getDefaultInstance()).build());

    assertThat(completed(like(NOON.plusSeconds(1)))).containsExactly("vips", "rich");
    assertThat(completed(like(NOON.plus(Duration.ofDays(1)).minusMillis(1))))
        .containsExactly("vips", "rich");
    // The settlement of points has not come by yet.
    assertThat(completed(like(NOON.plus(Duration.ofDays(2))))).isEmpty();
  }

  private List<Fact> like(Instant at) {
    return turn.run(at, event().setLiked(Liked.getDefaultInstance()).build());
  }

  private static Event.Builder event() {
    return Event.newBuilder().setEventId("e").setViewerId("anna").setRoomId("room");
  }

  private static List<String> completed(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasTaskCompleted)
        .map(fact -> fact.getTaskCompleted().getTaskId())
        .toList();
  }
}
