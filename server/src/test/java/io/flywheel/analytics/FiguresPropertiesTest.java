package io.flywheel.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.traffic.RoomRecount;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Left;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.Shared;
import io.flywheel.v1.Watched;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens, in whatever order and however often it is told, figures are a plain recount.
 */
final class FiguresPropertiesTest {
  private static final int VIEWERS = 25;
  private static final int SENDERS = 5;
  private static final int EVENTS = 2_000;
  private static final int MAX_IN_CALL = 40;
  private static final int HOURS = 3;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void figuresAreARecountOfWhatTwoNodesWereToldTwiceAndOutOfOrder(long seed) throws Exception {
    List<List<Event>> byConnection = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      byConnection.add(new ArrayList<>());
    }
    try (TestServer first = TestServer.start();
        TestServer second = first.another()) {
      Show show = Show.open(first, "m");
      List<Channel> nodes =
          List.of(
              show.as(Role.PLATFORM, "platform"),
              new Show(second, "m").as(Role.PLATFORM, "platform"));
      RoomRecount recount = new RoomRecount(90);
      long start = first.clock().instant().getEpochSecond();
      Random random = new Random(seed);
      for (int i = 0; i < EVENTS; i++) {
        Event event = anEvent(random, i, start);
        recount.add(event);
        byConnection.get(Math.floorMod(event.getViewerId().hashCode(), SENDERS)).add(event);
      }
      first.clock().set(first.clock().instant().plusSeconds(HOURS * 3_600L));
      CompletableFuture.allOf(
              byConnection.stream()
                  .map(events ->
                      CompletableFuture.runAsync(
                          () -> send(nodes, events, seed), Thread::startVirtualThread))
                  .toArray(CompletableFuture[]::new))
          .join();
      recount.assertSame(show.figures(), first.clock().instant().getEpochSecond());
      assertThat(pointsInFigures(show)).isEqualTo(balances(show)).isPositive();
    }
  }

  /** Each call goes to both nodes at once, and some calls once more. */
  private static void send(List<Channel> nodes, List<Event> events, long seed) {
    Random random = new Random(seed);
    for (int from = 0; from < events.size(); ) {
      int to = Math.min(events.size(), from + 1 + random.nextInt(MAX_IN_CALL));
      List<Event> call = events.subList(from, to);
      int accepted =
          nodes.stream()
              .map(node ->
                  CompletableFuture.supplyAsync(
                      () -> ingest(node, call), Thread::startVirtualThread))
              .toList()
              .stream()
              .mapToInt(answer -> answer.join().getAccepted())
              .sum();
      assertThat(accepted).isEqualTo(call.size());
      if (random.nextInt(4) == 0) {
        assertThat(ingest(nodes.get(random.nextInt(2)), events.subList(0, to)).getAccepted())
            .isZero();
      }
      from = to;
    }
  }

  private static IngestEventsResponse ingest(Channel node, List<Event> events) {
    return EventServiceGrpc.newBlockingStub(node)
        .ingestEvents(
            IngestEventsRequest.newBuilder()
                .addAllEvents(events)
                .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
                .build());
  }

  /** Something at any time of the last hours. */
  private static Event anEvent(Random random, int number, long start) {
    long at = start + random.nextInt(HOURS * 3_600);
    Event.Builder event =
        Event.newBuilder()
            .setEventId("event-" + number)
            .setViewerId("v" + random.nextInt(VIEWERS))
            .setRoomId("room-" + random.nextInt(2))
            .setBroadcastId("b" + random.nextInt(2))
            .setOccurredAt(seconds(at));
    return switch (random.nextInt(12)) {
      case 0, 1 -> event.setEntered(Entered.getDefaultInstance()).build();
      case 2 -> event.setLeft(Left.getDefaultInstance()).build();
      case 3, 4, 5 -> event.setLiked(Liked.newBuilder().setCount(1 + random.nextInt(9))).build();
      case 6 -> event.setCommented(Commented.newBuilder().setText("text " + number)).build();
      case 7 -> event.setShared(Shared.getDefaultInstance()).build();
      case 8 -> event.setFollowed(Followed.getDefaultInstance()).build();
      case 9 -> event.setClicked(Clicked.getDefaultInstance()).build();
      case 10 ->
          event
              .setOrdered(
                  Ordered.newBuilder()
                      .setOrderId("o" + number)
                      .setAmountMinor(random.nextInt(10_000)))
              .build();
      default ->
          event
              .setWatched(
                  Watched.newBuilder()
                      .setStartedAt(seconds(at - 1 - random.nextInt(1_200)))
                      .setEndedAt(seconds(at)))
              .build();
    };
  }

  private static long pointsInFigures(Show show) {
    long points = 0;
    for (String room : List.of("room-0", "room-1")) {
      for (String broadcast : List.of("b0", "b1")) {
        points += show.report(room, broadcast).getTotals().getPoints();
      }
    }
    return points;
  }

  private static long balances(Show show) {
    long points = 0;
    for (int viewer = 0; viewer < VIEWERS; viewer++) {
      points +=
          PointsServiceGrpc.newBlockingStub(show.as(Role.PLATFORM, "platform"))
              .getBalance(GetBalanceRequest.newBuilder().setViewerId("v" + viewer).build())
              .getBalance();
    }
    return points;
  }

  private static Timestamp seconds(long at) {
    return Timestamp.newBuilder().setSeconds(at).build();
  }
}
