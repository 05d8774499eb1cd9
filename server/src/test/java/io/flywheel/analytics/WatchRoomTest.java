package io.flywheel.analytics;

import static io.flywheel.testing.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.Event;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.RoomRewards;
import io.flywheel.v1.WatchRoomRequest;
import io.flywheel.v1.WatchRoomResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WatchRoomTest {
  private TestServer server;
  private Show show;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.builder().setting("analytics.max-watchers", 4).start();
    show = Show.open(server, "m");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theFiguresComeFirstAndThenWheneverTheyChange() throws InterruptedException {
    show.report(show.entered("ann"));
    StreamClient<WatchRoomRequest, WatchRoomResponse> watching =
        show.watch("room", Integer.MAX_VALUE);
    assertThat(watching.next().getReport().getViewers()).isEqualTo(1);
    // Nothing happens, so nothing is told.
    assertThat(watching.answers().poll(2_500, TimeUnit.MILLISECONDS)).isNull();
    show.report(show.entered("bob"));
    assertThat(watching.next().getReport().getViewers()).isEqualTo(2);
    // Silence changes figures too.
    server.clock().advance(Duration.ofMinutes(5));
    assertThat(watching.next().getReport().getViewersNow()).isZero();
  }

  @Test
  void rewardsAreToldAtOnceToWhoeverWatchesTheRoom() throws InterruptedException {
    StreamClient<WatchRoomRequest, WatchRoomResponse> watching =
        show.watch("room", Integer.MAX_VALUE);
    StreamClient<WatchRoomRequest, WatchRoomResponse> elsewhere =
        show.watch("other", Integer.MAX_VALUE);
    watching.next();
    elsewhere.next();
    show.report(show.liked("ann", 10));
    WatchRoomResponse given = await(watching, WatchRoomResponse::hasRewards);
    assertThat(given.getRewards().getViewerId()).isEqualTo("ann");
    assertThat(given.getRewards().getOccurredAt()).isEqualTo(show.now());
    assertThat(given.getRewards().getRewardsList())
        .extracting(reward -> reward.getReward().getPoints().getAmount())
        .containsExactly(3L, 0L);
    assertThat(await(watching, WatchRoomResponse::hasReport).getReport().getTotals().getPoints())
        .isEqualTo(3);
    assertThat(elsewhere.answers()).isEmpty();
  }

  @Test
  void aCheckInIsToldInTheRoomThatTheViewerIsIn() throws InterruptedException {
    StreamClient<WatchRoomRequest, WatchRoomResponse> watching =
        show.watch("room", Integer.MAX_VALUE);
    StreamClient<WatchRoomRequest, WatchRoomResponse> elsewhere =
        show.watch("other", Integer.MAX_VALUE);
    watching.next();
    elsewhere.next();
    show.report(show.entered("ann"));
    var unused =
        CheckInServiceGrpc.newBlockingStub(show.as(Role.VIEWER, "ann"))
            .checkIn(CheckInRequest.newBuilder().setRequestId("r1").build());
    RoomRewards given = await(watching, WatchRoomResponse::hasRewards).getRewards();
    assertThat(given.getViewerId()).isEqualTo("ann");
    assertThat(given.getRewardsList())
        .extracting(reward -> reward.getReward().getPoints().getAmount())
        .containsExactly(7L);
    assertThat(elsewhere.answers()).isEmpty();
  }

  @Test
  void anotherBroadcastsFiguresFollowWhenItBegins() throws InterruptedException {
    show.report(show.entered("ann"));
    StreamClient<WatchRoomRequest, WatchRoomResponse> watching =
        show.watch("room", Integer.MAX_VALUE);
    assertThat(watching.next().getReport().getBroadcastId()).isEqualTo("b1");
    server.clock().advance(Duration.ofHours(1));
    show.report(show.entered("bob").setBroadcastId("b2"));
    RoomReport second =
        await(watching, next -> next.getReport().getBroadcastId().equals("b2")).getReport();
    assertThat(second.getViewers()).isEqualTo(1);
    // Those who linger in the old one do not bring it back.
    server.clock().advance(Duration.ofSeconds(10));
    show.report(show.liked("ann", 1), show.commented("bob").setBroadcastId("b2"));
    RoomReport third =
        await(watching, next -> next.getReport().getTotals().getComments() == 1).getReport();
    assertThat(third.getBroadcastId()).isEqualTo("b2");
    assertThat(third.getTotals().getLikes()).isZero();
  }

  @Test
  void whoReadsTooSlowlyGetsTheLatestFigures() throws InterruptedException {
    StreamClient<WatchRoomRequest, WatchRoomResponse> slow = show.watch("room", 1);
    StreamClient<WatchRoomRequest, WatchRoomResponse> quick = show.watch("room", Integer.MAX_VALUE);
    slow.next();
    quick.next();
    int rounds = 2_000;
    for (int i = 0; i < rounds; i += 500) {
      Event.Builder[] likes = new Event.Builder[500];
      for (int j = 0; j < likes.length; j++) {
        likes[j] = show.liked("ann", 10);
      }
      show.report(likes);
    }
    long all = 10L * rounds;
    await(quick, next -> next.getReport().getTotals().getLikes() == all);
    slow.call().request(Integer.MAX_VALUE);
    int rewards = 0;
    for (boolean caughtUp = false; !caughtUp; ) {
      WatchRoomResponse next = slow.next();
      rewards += next.hasRewards() ? 1 : 0;
      caughtUp = next.getReport().getTotals().getLikes() == all;
    }
    // What the transport held for the client, and the few that wait for it here.
    assertThat(rewards).isLessThan(rounds);
  }

  @Test
  void whatAnotherNodeCommitsIsInTheFiguresToo() throws Exception {
    StreamClient<WatchRoomRequest, WatchRoomResponse> watching =
        show.watch("room", Integer.MAX_VALUE);
    watching.next();
    try (TestServer second = server.another()) {
      Show there = new Show(second, "m");
      there.report(there.liked("ann", 4));
      assertThat(await(watching, WatchRoomResponse::hasReport).getReport().getTotals().getLikes())
          .isEqualTo(4);
    }
  }

  @Test
  void thereIsRoomForSoManyWatchersAndWhoGoesMakesRoom() throws InterruptedException {
    StreamClient<WatchRoomRequest, WatchRoomResponse> first = show.watch("a", Integer.MAX_VALUE);
    show.watch("b", Integer.MAX_VALUE).next();
    first.next();
    assertThat(reasonOf(show.watch("c", Integer.MAX_VALUE).end().orElseThrow()))
        .isEqualTo("OVERLOADED");
    first.call().cancel("gone", null);
    for (int attempt = 0; ; attempt++) {
      StreamClient<WatchRoomRequest, WatchRoomResponse> next = show.watch("c", Integer.MAX_VALUE);
      while (next.answers().isEmpty() && !next.hasEnded()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      if (!next.hasEnded()) {
        break;
      }
      assertThat(attempt).as("attempts to find room").isLessThan(500);
    }
  }

  private static WatchRoomResponse await(
      StreamClient<WatchRoomRequest, WatchRoomResponse> watching,
      Predicate<WatchRoomResponse> wanted)
      throws InterruptedException {
    for (int i = 0; i < 10_000; i++) {
      WatchRoomResponse next = watching.next();
      if (wanted.test(next)) {
        return next;
      }
    }
    throw new AssertionError("nothing of the kind was told");
  }
}
