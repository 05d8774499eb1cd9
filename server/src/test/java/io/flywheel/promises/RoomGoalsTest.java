package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.Settlement;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.RoomGoalReached;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What viewers contribute to a goal of their room: on two servers with four lanes each, no batch
 * waits for the goal's row, and every contribution is added once.
 */
final class RoomGoalsTest extends TwoServers {
  private static final int LANES = 4;

  private static final String PROGRAM =
      """
      tasks:
      - id: goal
        title: Together
        trigger: like
        goal: room
        tiers:
        - {threshold: 10, rewards: [points: 1]}
        - {threshold: 20, rewards: [points: 10]}
        - {threshold: 1000000, rewards: [points: 100]}
      """;

  RoomGoalsTest() {
    super(TestServer.builder().setting("engine.lanes", LANES));
  }

  @BeforeEach
  void applyProgram() {
    ways.get(0).apply("apply", PROGRAM);
  }

  /** Every event is sent four times, to either server, in calls that are put together at random. */
  @Test
  void theGoalIsThePlainSumHoweverManyLanesAndNodesHearOfEachEvent() throws Exception {
    Random random = new Random(84);
    List<Event> events = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < 3_000; i++) {
      int likes = 1 + random.nextInt(9);
      sum += likes;
      events.add(likes("like-" + i, "v" + random.nextInt(300), likes));
    }
    List<Long> accepted =
        Threads.together(
            8,
            caller -> {
              long own = 0;
              List<Event> shuffled = new ArrayList<>(events);
              Collections.shuffle(shuffled, new Random(caller / 2));
              int from = caller % 2 == 0 ? 0 : shuffled.size() / 2;
              for (int at = from; at < from + shuffled.size() / 2; at += 100) {
                IngestEventsResponse response =
                    ways.get(caller % 2).ingest(shuffled.subList(at, at + 100));
                assertThat(response.getRejected()).isZero();
                own += response.getAccepted();
              }
              return own;
            });
    assertThat(accepted.stream().mapToLong(Long::longValue).sum()).isEqualTo(events.size());
    settleBoth();
    assertThat(goal("v0")).isEqualTo(sum);
    assertThat(contributors())
        .isEqualTo(events.stream().map(Event::getViewerId).distinct().count());
  }

  /** Somebody else holds the goal's row, and all lanes but the room's own go on. */
  @Test
  void noBatchOfViewersWaitsForTheGoalsRow() throws Exception {
    List<String> viewers = viewersOfOtherLanes("room", LANES).limit(200).toList();
    contribute("first", viewers.subList(0, 1));
    settleBoth();
    try (Handle holder = server.instance(Database.class).jdbi().open()) {
      lockGoal(holder);
      // Each call would end with DEADLINE_EXCEEDED, or the database's lock timeout before it.
      Threads.together(
          8,
          caller -> {
            for (int call = 0; call < 10; call++) {
              contribute(caller + "-" + call + "-", viewers.subList(caller * 25, caller * 25 + 25));
            }
            return 0;
          });
      assertThat(goal(viewers.get(0))).as("what was added before").isEqualTo(1);
      holder.rollback();
    }
    settleBoth();
    assertThat(goal(viewers.get(0))).isEqualTo(1 + 8 * 10 * 25);
  }

  /** The server dies before the room has added what was answered. Another one finds it. */
  @Test
  void whatWasContributedBeforeAServerWasKilledIsAddedOnceByAnother(@TempDir Path folder)
      throws Exception {
    server.clock().set(Instant.now());
    List<String> arguments = new ArrayList<>(ChildServer.arguments(server));
    arguments.add("--cluster.redis-url=none");
    arguments.add("--engine.lanes=" + LANES);
    List<Event> events =
        viewersOfOtherLanes("room", LANES)
            .limit(300)
            .map(viewerId -> likes("killed-" + viewerId, viewerId, 2))
            .toList();
    String viewer = events.getFirst().getViewerId();
    contribute("first", List.of(viewer));
    settleBoth();
    try (Handle holder = server.instance(Database.class).jdbi().open();
        ChildServer victim = ChildServer.start(arguments, folder)) {
      lockGoal(holder);
      ManagedChannel channel = ChildServer.channel(victim.port(), merchant);
      try {
        assertThat(
                EventServiceGrpc.newBlockingStub(channel)
                    .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(events).build())
                    .getAccepted())
            .isEqualTo(events.size());
      } finally {
        channel.shutdownNow();
      }
      assertThat(waiting()).as("what the room has not added").isPositive();
      victim.kill();
      holder.rollback();
    }
    // Whoever sent them was not sure that they had come in.
    assertThat(ways.get(1).ingest(events).getDuplicates()).isEqualTo(events.size());
    server.clock().set(Instant.now());
    settleBoth();
    Threads.await("nothing waits", () -> waiting() == 0);
    assertThat(goal(viewer)).isEqualTo(1 + 2 * events.size());
    assertThat(contributors()).isEqualTo(events.size());
  }

  /** Of one batch that reaches two tiers, both are told to the room in order, and both are paid. */
  @Test
  void aRoomTellsItsTiersInOrderAndPaysThemAll() throws Exception {
    StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(1_000);
    var unused =
        RoomServiceGrpc.newBlockingStub(ways.get(0).as(Role.VIEWER, "watcher"))
            .enterRoom(
                EnterRoomRequest.newBuilder().setRequestId("enter").setRoomId("room").build());
    ViewerServiceGrpc.newStub(ways.get(0).as(Role.VIEWER, "watcher"))
        .watchViewer(WatchViewerRequest.newBuilder().setRoomId("room").build(), stream);
    assertThat(stream.next().hasSnapshot()).isTrue();
    List<Fact> answer = ways.get(0).ingest(likes("both", "v", 25)).getFactsList();
    assertThat(answer).anyMatch(Fact::hasTaskProgressed).noneMatch(Fact::hasRoomGoalReached);
    List<Integer> tiers = new ArrayList<>();
    while (tiers.size() < 2) {
      stream.next().getChange().getFactsList().stream()
          .filter(Fact::hasRoomGoalReached)
          .map(Fact::getRoomGoalReached)
          .map(RoomGoalReached::getTier)
          .forEach(tiers::add);
    }
    stream.call().cancel("it is over", null);
    assertThat(tiers).containsExactly(0, 1);
    server.clock().advance(Duration.ofSeconds(10)); // goals of rooms wait so long
    settleBoth();
    assertThat(ways.get(0).balance("v")).isEqualTo(11);
    assertThat(ways.get(0).entries("v"))
        .extracting(entry -> entry.getCause().getTask().getTier())
        .containsExactlyInAnyOrder(0, 1);
  }

  private void contribute(String id, List<String> viewerIds) {
    List<Event> events =
        viewerIds.stream().map(viewerId -> likes(id + viewerId, viewerId, 1)).toList();
    assertThat(ways.get(Math.floorMod(id.hashCode(), 2)).ingest(events).getAccepted())
        .isEqualTo(viewerIds.size());
  }

  private Event likes(String eventId, String viewerId, int count) {
    return ways.get(0)
        .event(eventId, viewerId)
        .setLiked(Liked.newBuilder().setCount(count))
        .build();
  }

  /** Viewers whose batches are never those in which the room adds to its goals. */
  private Stream<String> viewersOfOtherLanes(String roomId, int lanes) {
    int own = ViewerKey.room(merchant, roomId).spread() % lanes;
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "v" + i)
        .filter(viewerId -> new ViewerKey(merchant, viewerId).spread() % lanes != own);
  }

  private void lockGoal(Handle holder) {
    holder.begin();
    assertThat(
            holder
                .createQuery(
                    """
                    SELECT task_id FROM task_room_goal
                    WHERE merchant_id = :merchant AND room_id = 'room' AND task_id = 'goal' FOR UPDATE\
                    """)
                .bind("merchant", merchant)
                .mapTo(String.class)
                .list())
        .containsExactly("goal");
  }

  private void settleBoth() throws Exception {
    var unused = server.instance(Settlement.class).settleDue();
    var unusedToo = second.instance(Settlement.class).settleDue();
  }

  /** How far the room has got, as a viewer is shown it. */
  private long goal(String viewerId) {
    return ways.get(0).count(viewerId, "goal");
  }

  private long waiting() {
    return number(
        "SELECT COUNT(*) FROM follow_up WHERE merchant_id = :merchant"
            + " AND body_type LIKE '%.RoomContributions'");
  }

  private long contributors() {
    return number("SELECT COUNT(*) FROM task_contributor WHERE merchant_id = :merchant");
  }

  private long number(String query) {
    return server
        .instance(Database.class)
        .read(
            handle -> handle.createQuery(query).bind("merchant", merchant).mapTo(Long.class).one());
  }
}
