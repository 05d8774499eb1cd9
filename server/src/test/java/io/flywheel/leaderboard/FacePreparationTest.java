package io.flywheel.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Lists;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.GetRankResponse;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.PublicProfile;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The members of a large board have names before anybody asks for them. */
@Timeout(120)
final class FacePreparationTest {
  private static final int MEMBERS = 2 * FacePreparation.LEAST_MEMBERS + 100;
  private static final String PROGRAM =
      """
      name: board
      leaderboards:
        - {id: hunters, title: Hunters, metric: {trigger: custom, custom: hit}, period: all_time}
      """;

  @Test
  void theNamesOfALargeBoardAreInMemoryBeforeTheyAreAskedFor() throws Exception {
    try (TestServer server = TestServer.builder().setting("cluster.redis-url", "").start()) {
      TestMerchant merchant = new TestMerchant(server, "m", PROGRAM);
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < MEMBERS; i++) {
        String viewerId = "v" + i;
        events.add(
            event(server, "enter-" + i, viewerId)
                .setEntered(
                    Entered.newBuilder()
                        .setShownAs(PublicProfile.newBuilder().setDisplayName("Viewer " + i)))
                .build());
        events.add(
            event(server, "hit-" + i, viewerId)
                .setCustom(CustomEvent.newBuilder().setName("hit"))
                .build());
      }
      for (List<Event> some : Lists.partition(events, 500)) {
        assertThat(
                EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
                    .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(some).build())
                    .getAccepted())
            .isEqualTo(some.size());
      }
      assertThat(rank(server, "v7", 0).getPlace().getScore()).isEqualTo(1); // it is read from here
      until(() -> read(server) == MEMBERS);
      GetRankResponse around = rank(server, "v500", 10);
      assertThat(around.getAroundList()).hasSize(21);
      assertThat(around.getAroundList())
          .allSatisfy(place ->
              assertThat(place.getShownAs().getDisplayName())
                  .isEqualTo("Viewer " + place.getViewerId().substring(1)));
      assertThat(read(server)).as("nothing more is read").isEqualTo(MEMBERS);
    }
  }

  private static Event.Builder event(TestServer server, String id, String viewerId) {
    return Event.newBuilder()
        .setEventId(id)
        .setViewerId(viewerId)
        .setRoomId("room")
        .setOccurredAt(Timestamps.fromMillis(server.clock().millis()));
  }

  private static GetRankResponse rank(TestServer server, String viewerId, int around) {
    return LeaderboardServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("m", Role.PLATFORM, "platform")))
        .getRank(
            GetRankRequest.newBuilder()
                .setBoardId("hunters")
                .setViewerId(viewerId)
                .setAround(around)
                .build());
  }

  private static double read(TestServer server) {
    return server.instance(MeterRegistry.class).counter("flywheel.profile.read").count();
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
