package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RoomDrawServiceGrpc;
import io.flywheel.v1.RoomDrawServiceGrpc.RoomDrawServiceBlockingStub;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.StartRoomDrawRequest;
import io.flywheel.v1.ViewerChange;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.flywheel.v1.WithdrawRoomDrawRequest;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one database tell each other by a real Redis, or are not let in together. */
@Timeout(180)
final class ClusterTest {
  private static final String BOARD =
      """
      name: board
      leaderboards:
        - {id: likers, title: 点赞, metric: {trigger: like}, period: all_time}
      """;

  private static final String PROGRAM =
      "tasks: [{id: like, title: Like, trigger: like, repeat: true,"
          + " tiers: [{threshold: 1, rewards: [points: 1]}]}]\n"
          + "room_draws: [{id: bag, title: Bag, open_for: 3m, entry: {trigger: follow},"
          + " organizer: Somebody, delivery: At once,"
          + " prizes: [{id: one, title: One, rewards: [points: 1]}]}]";

  @TempDir private Path folder;
  private RedisServer redis;
  private final List<TestServer> servers = new ArrayList<>();

  @BeforeEach
  void startRedis() throws Exception {
    redis = RedisServer.start(folder);
  }

  @AfterEach
  void stop() {
    for (int i = servers.size() - 1; i >= 0; i--) {
      servers.get(i).close();
    }
    redis.close();
  }

  @Test
  void aWatcherOfOneNodeHearsAtOnceWhatTheOtherCommits() throws Exception {
    TestServer a = node(TestServer.builder());
    TestServer b = another(a);
    LivePlatform onB = applied(b);
    var unused = onB.ingest(onB.liked("first", "v"));
    Watch watch = new Watch(a, "v");
    watch.awaitBalance(1);
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long sent = System.nanoTime();
      var unusedToo = onB.ingest(onB.liked("like-" + i, "v"));
      long answered = System.nanoTime();
      WatchViewerResponse told = watch.client.next();
      if (i == 0 && Watch.balanceIn(told) == 1) {
        told = watch.client.next(); // what the standing told already
      }
      micros.add((System.nanoTime() - answered) / 1_000);
      assertThat(told.hasChange()).as("a change: " + told).isTrue();
      assertThat(Watch.balanceIn(told)).isEqualTo(i + 2);
      assertThat(System.nanoTime() - sent).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }
    long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "heard on the other node, after the answer: median %d us, p95 %d us, worst %d us%n",
        sorted[100], sorted[190], sorted[199]);
    assertThat(sorted[100]).as("median: " + Arrays.toString(sorted)).isLessThan(1_000_000);
  }

  @Test
  void theCommitsOfAViewerAreHeardInTheirOrder() throws Exception {
    TestServer a = node(TestServer.builder());
    TestServer b = another(a);
    LivePlatform onB = applied(b);
    var unused = onB.ingest(onB.liked("first", "v"));
    Watch watch = new Watch(a, "v");
    watch.awaitBalance(1);
    for (int batch = 0; batch < 20; batch++) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        events.add(onB.liked("like-" + batch + "-" + i, i % 2 == 0 ? "v" : "w" + i));
      }
      var unusedToo = onB.ingest(events);
    }
    assertThat(watch.awaitBalance(501)).isSorted();
  }

  @Test
  void whatHappensWhileRedisIsAwayIsNotMissed() throws Exception {
    TestServer a = node(TestServer.builder());
    TestServer b = another(a);
    LivePlatform onB = applied(b);
    var unusedFirst = onB.ingest(onB.liked("first", "v"));
    Watch watch = new Watch(a, "v");
    watch.awaitBalance(1);
    redis.kill();
    var whileAway = onB.ingest(onB.liked("while-away", "v"));
    assertThat(whileAway.hasError()).isFalse();
    watch.awaitBalance(2); // by a look at the database
    until(() -> gauge(a, "flywheel.cluster.hearing") == 0);
    redis.startAgain();
    until(() -> gauge(a, "flywheel.cluster.hearing") == 1);
    until(() -> gauge(b, "flywheel.cluster.hearing") == 1);
    for (int i = 0; i < 50; i++) {
      var unusedAfter = onB.ingest(onB.liked("after-" + i, "v"));
    }
    watch.awaitBalance(52);
    // From here on it is told at once again: a look every five seconds would be later.
    long sent = System.nanoTime();
    var unusedAgain = onB.ingest(onB.liked("again", "v"));
    watch.awaitBalance(53);
    assertThat(System.nanoTime() - sent).isLessThan(TimeUnit.SECONDS.toNanos(3));
  }

  @Test
  void whoWatchesARoomOnOneNodeHearsItsDrawsOfAnotherOrIsToldToLook() throws Exception {
    TestServer a = node(TestServer.builder());
    TestServer b = another(a);
    LivePlatform onB = applied(b);
    RoomDrawServiceBlockingStub host =
        RoomDrawServiceGrpc.newBlockingStub(onB.as(Role.HOST, "host"));
    StreamClient<WatchViewerRequest, WatchViewerResponse> room =
        new StreamClient<>(Integer.MAX_VALUE);
    ViewerServiceGrpc.newStub(a.channel(a.tokenFor("m", Role.VIEWER, "v")))
        .watchViewer(WatchViewerRequest.newBuilder().setRoomId("room").build(), room);
    assertThat(room.next().hasSnapshot()).isTrue();
    var unused =
        host.startRoomDraw(
            StartRoomDrawRequest.newBuilder()
                .setRequestId("start")
                .setRoomId("room")
                .setRoomDrawId("bag")
                .build());
    awaitOfRoom(
        room,
        change ->
            change.getFactsCount() == 1
                && change.getFacts(0).getRoomDrawMoved().getState()
                    == RoomDrawState.ROOM_DRAW_STATE_OPEN);
    redis.kill();
    var unusedToo =
        host.withdrawRoomDraw(
            WithdrawRoomDrawRequest.newBuilder()
                .setRequestId("withdraw")
                .setRoomId("room")
                .setNumber(1)
                .setReason("the wrong prize")
                .build());
    awaitOfRoom(room, change -> change.getFactsCount() == 0);
  }

  /** Reads on until a room's change is told. */
  private static void awaitOfRoom(
      StreamClient<WatchViewerRequest, WatchViewerResponse> stream, Predicate<ViewerChange> what)
      throws InterruptedException {
    ViewerChange told;
    do {
      told = stream.next().getChange();
    } while (told.getRoomId().isEmpty() || !what.test(told));
    assertThat(told.getRoomId()).isEqualTo("room");
  }

  @Test
  void whatANodeCommitsThatNeverReachedRedisIsNotMissed() throws Exception {
    TestServer a = node(TestServer.builder());
    LivePlatform onA = applied(a);
    var unusedFirst = onA.ingest(onA.liked("first", "v"));
    Watch watch = new Watch(a, "v");
    watch.awaitBalance(1);
    TestServer b = on(a, "cluster.redis-url", "redis://127.0.0.1:1"); // nobody answers there
    servers.add(b);
    LivePlatform onB = new LivePlatform(b, "m");
    var unused = onB.ingest(onB.liked("unheard", "v"));
    watch.awaitBalance(2); // by a look at the database
  }

  @Test
  void aBoardThatIsReadOnOneNodeMovesByWhatAnotherCommits() throws Exception {
    TestServer a = node(TestServer.builder());
    TestServer b = another(a);
    LivePlatform onB = new LivePlatform(b, "m");
    onB.apply("board", BOARD);
    var unusedFirst = onB.ingest(onB.liked("first", "v"));
    assertThat(likes(a, "v")).isEqualTo(1); // the board is read from here on
    var unusedSecond = onB.ingest(onB.liked("second", "v"));
    assertThat(likes(a, "v")).as("who was answered by b sees it on a").isEqualTo(2);
    var unusedOther = onB.ingest(onB.liked("third", "u"));
    until(() -> top(a).equals(List.of("v", "u")));

    // What was not heard is read, also of viewers who were not there.
    redis.kill();
    var unusedAway = onB.ingest(onB.liked("away", "w"));
    until(() -> {
      a.clock().advance(Duration.ofSeconds(1));
      return top(a).equals(List.of("v", "u", "w"));
    });
  }

  @Test
  void howAViewerIsShownOnOneNodeIsSeenOnTheOther() throws Exception {
    TestServer a = node(TestServer.builder());
    TestServer b = another(a);
    LivePlatform onB = new LivePlatform(b, "m");
    onB.apply("board", BOARD);
    var unusedFirst = onB.ingest(onB.liked("first", "v"));
    assertThat(names(a)).as("nobody is named").containsExactly("");
    assertThat(names(b)).containsExactly("");

    show(onB, "named", PublicProfile.newBuilder().setDisplayName("Ann"));
    assertThat(names(b)).as("on its own node, once it is answered").containsExactly("Ann");
    until(() -> names(a).equals(List.of("Ann")));
    show(onB, "hidden", PublicProfile.newBuilder().setAnonymous(true));
    until(() -> names(a).equals(List.of("")));
    double before = counter(a, "flywheel.profile.read");
    for (int i = 0; i < 20; i++) {
      assertThat(names(a)).containsExactly("");
    }
    assertThat(counter(a, "flywheel.profile.read") - before)
        .as("what does not change is not read, unless something may have been missed")
        .isLessThanOrEqualTo(1);

    // What is not heard is looked up, as often as whoever can't hear is told to.
    show(onB, "back", PublicProfile.newBuilder().setDisplayName("Ann").setAnonymous(false));
    until(() -> names(a).equals(List.of("Ann")));
    redis.kill();
    show(onB, "away", PublicProfile.newBuilder().setAnonymous(true));
    long sent = System.nanoTime();
    until(() -> names(a).equals(List.of("")));
    assertThat(System.nanoTime() - sent).isLessThan(TimeUnit.SECONDS.toNanos(10));
  }

  private static void show(LivePlatform platform, String eventId, PublicProfile.Builder shownAs) {
    var unused =
        platform.ingest(
            platform
                .event(eventId, "v")
                .setEntered(Entered.newBuilder().setShownAs(shownAs))
                .build());
  }

  /** The names of those around the only member. */
  private static List<String> names(TestServer server) {
    return LeaderboardServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("m", Role.PLATFORM, "platform")))
        .getRank(
            GetRankRequest.newBuilder().setBoardId("likers").setViewerId("v").setAround(1).build())
        .getAroundList()
        .stream()
        .map(place -> place.getShownAs().getDisplayName())
        .toList();
  }

  private static List<String> top(TestServer server) {
    return LeaderboardServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("m", Role.PLATFORM, "platform")))
        .getLeaderboard(GetLeaderboardRequest.newBuilder().setBoardId("likers").build())
        .getPlacesList()
        .stream()
        .map(BoardPlace::getViewerId)
        .toList();
  }

  private static long likes(TestServer server, String viewer) {
    return LeaderboardServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("m", Role.PLATFORM, "platform")))
        .getRank(GetRankRequest.newBuilder().setBoardId("likers").setViewerId(viewer).build())
        .getPlace()
        .getScore();
  }

  @Test
  void whatDoesNotFitTheQueueIsToldByTheStanding() throws Exception {
    TestServer a = node(TestServer.builder().setting("cluster.queue-capacity", 16));
    TestServer b = another(a);
    LivePlatform onB = applied(b);
    var unusedFirst = onB.ingest(onB.liked("first", "v"));
    Watch watch = new Watch(a, "v");
    watch.awaitBalance(1);
    int events = 1;
    while (counter(b, "flywheel.cluster.not.published") == 0 && events < 50_000) {
      List<Event> batch = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        batch.add(onB.liked("like-" + events++, "v"));
      }
      var unused = onB.ingest(batch);
    }
    assertThat(counter(b, "flywheel.cluster.not.published")).isPositive();
    watch.awaitBalance(events);
  }

  @Test
  void aSecondNodeWithoutRedisIsRefusedAndToldWhatToSet() throws Exception {
    TestServer alone = TestServer.builder().setting("cluster.redis-url", "").start();
    servers.add(alone);
    assertThatThrownBy(alone::another)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("cluster.redis-url: not set")
        .hasMessageContaining("process " + ProcessHandle.current().pid())
        .hasMessageContaining("redis://");
    assertThatThrownBy(() -> on(alone, "cluster.redis-url", redis.url()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("which is alone");
    alone.restart();
  }

  @Test
  void nodesOfDifferentRedisesAreNotLetInTogether() throws Exception {
    TestServer a = node(TestServer.builder());
    assertThatThrownBy(() -> on(a, "cluster.redis-url", "none"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("cluster.redis-url: none (expected: redis 127.0.0.1");
    try (RedisServer other = RedisServer.start(folder)) {
      assertThatThrownBy(() -> on(a, "cluster.redis-url", other.url()))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("nothing is heard of that node");
    }
    // One Redis by another of its names.
    servers.add(on(a, "cluster.redis-url", redis.url().replace("127.0.0.1", "localhost")));
  }

  @Test
  void aNodeThatWasKilledMayStartAgainAtOnce() throws Exception {
    TestServer schema = TestServer.builder().setting("cluster.redis-url", "").start();
    servers.add(schema);
    schema.stopServer();
    List<String> arguments = ChildServer.arguments(schema);
    try (ChildServer first = ChildServer.start(arguments, folder)) {
      assertThatThrownBy(() -> ChildServer.start(arguments, folder))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("cluster.redis-url: not set");
      first.kill();
      long killed = System.nanoTime();
      try (ChildServer second = ChildServer.start(arguments, folder)) {
        assertThat(second.port()).isPositive();
        assertThat(System.nanoTime() - killed).isLessThan(TimeUnit.SECONDS.toNanos(60));
      }
    }
  }

  private TestServer node(TestServer.Builder builder) throws Exception {
    TestServer server = builder.setting("cluster.redis-url", redis.url()).start();
    servers.add(server);
    return server;
  }

  private TestServer another(TestServer first) throws Exception {
    TestServer server = first.another();
    servers.add(server);
    return server;
  }

  private static TestServer on(TestServer first, String key, String value) throws Exception {
    return TestServer.builder().schema(first.schema()).setting(key, value).start();
  }

  private static LivePlatform applied(TestServer server) {
    LivePlatform platform = new LivePlatform(server, "m");
    platform.apply("apply", PROGRAM);
    return platform;
  }

  private static double gauge(TestServer server, String name) {
    return server.instance(MeterRegistry.class).get(name).gauge().value();
  }

  private static double counter(TestServer server, String name) {
    return server.instance(MeterRegistry.class).get(name).counter().count();
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** A viewer's own stream. */
  private static final class Watch {
    private final StreamClient<WatchViewerRequest, WatchViewerResponse> client =
        new StreamClient<>(Integer.MAX_VALUE);

    Watch(TestServer server, String viewerId) {
      ViewerServiceGrpc.newStub(server.channel(server.tokenFor("m", Role.VIEWER, viewerId)))
          .watchViewer(WatchViewerRequest.getDefaultInstance(), client);
    }

    /** Reads on until the balance is told; all that were told. */
    List<Long> awaitBalance(long balance) throws InterruptedException {
      List<Long> told = new ArrayList<>();
      while (told.isEmpty() || told.get(told.size() - 1) < balance) {
        told.add(balanceIn(client.next()));
      }
      assertThat(told.get(told.size() - 1)).isEqualTo(balance);
      return told;
    }

    static long balanceIn(WatchViewerResponse told) {
      return told.hasSnapshot()
          ? told.getSnapshot().getPoints().getBalance()
          : told.getChange().getFactsList().stream()
              .mapToLong(fact -> fact.getPointsBooked().getBalance())
              .max()
              .orElse(0);
    }
  }
}
