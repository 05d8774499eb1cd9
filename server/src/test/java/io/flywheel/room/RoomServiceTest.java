package io.flywheel.room;

import static io.flywheel.testing.Refusals.assertInvalid;
import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.Settlement;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestPrograms;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CloseBroadcastRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.GetRoomRequest;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListRoomsRequest;
import io.flywheel.v1.NotCountedReason;
import io.flywheel.v1.OpenBroadcastRequest;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc.RoomServiceBlockingStub;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.UpdateRoomRequest;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import java.time.Duration;
import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** RoomService through a real server; each test is a viewer of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RoomServiceTest {
  private static final String PROGRAM =
      """
      presence: {heartbeat_interval: 30s, longest_silence: 90s}
      tasks:
      - id: like
        title: Like
        trigger: like
        tiers: [{threshold: 1}]
      - id: come
        title: Come
        trigger: enter
        tiers: [{threshold: 1}]
      - id: goal
        title: Goal
        trigger: like
        goal: room
        tiers: [{threshold: 1000}]
      """;

  private TestServer server;
  private String viewer = "";
  private int requests;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
    ProgramServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("merchant", Role.MERCHANT, "m")))
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId("apply")
                .setSource(ProgramSource.newBuilder().setDocument(PROGRAM))
                .build());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void nameViewer(TestInfo test) {
    viewer = test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void theChainOfAViewersVisitIsInTheAnswers() {
    EnterRoomResponse entered = enter("room");
    assertThat(kinds(entered.getFactsList()))
        .containsExactly(
            Fact.WhatCase.ROOM_ENTERED,
            Fact.WhatCase.TASK_PROGRESSED,
            Fact.WhatCase.TIER_REACHED,
            Fact.WhatCase.TASK_COMPLETED);
    assertThat(entered.getFacts(0).getRoomEntered().getFirstVisit()).isTrue();
    assertThat(entered.getFacts(0).getRoomEntered().getBroadcastId()).isEqualTo("show");
    assertThat(entered.getHeartbeatInterval().getSeconds()).isEqualTo(30);

    server.clock().advance(Duration.ofSeconds(30));
    HeartbeatResponse beat = beat("room", entered.getHeartbeatToken());
    assertThat(beat.getCreditedMillis()).isEqualTo(30_000);
    assertThat(kinds(beat.getFactsList())).containsExactly(Fact.WhatCase.WATCH_CREDITED);

    assertThat(kinds(as(Role.VIEWER).act(like("room")).getFactsList()))
        .contains(Fact.WhatCase.TASK_COMPLETED);

    server.clock().advance(Duration.ofSeconds(5));
    LeaveRoomRequest leave =
        LeaveRoomRequest.newBuilder().setRequestId(requestId()).setRoomId("room").build();
    assertThat(kinds(as(Role.VIEWER).leaveRoom(leave).getFactsList()))
        .containsExactly(Fact.WhatCase.WATCH_CREDITED, Fact.WhatCase.ROOM_LEFT);
    assertRefused("NOT_IN_ROOM", () -> as(Role.VIEWER).act(like("room")));
    assertRefused("SESSION_ENDED", () -> beat("room", beat.getHeartbeatToken()));
  }

  @Test
  void aRepeatedHeartbeatGetsTheFirstAnswer() {
    String token = enter("room").getHeartbeatToken();
    server.clock().advance(Duration.ofSeconds(10));
    HeartbeatRequest request = heartbeat("room", token);
    HeartbeatResponse first = as(Role.VIEWER).heartbeat(request);
    server.clock().advance(Duration.ofSeconds(10));
    assertThat(as(Role.VIEWER).heartbeat(request)).isEqualTo(first);
  }

  @Test
  void silenceEndsTheSessionAndTheViewersPresence() {
    String token = enter("room").getHeartbeatToken();
    server.clock().advance(Duration.ofSeconds(91));
    assertThat(profile().hasPresence()).isFalse();
    HeartbeatRequest request = heartbeat("room", token);
    assertRefused("SESSION_ENDED", () -> as(Role.VIEWER).heartbeat(request));
    assertRefused("SESSION_ENDED", () -> as(Role.VIEWER).heartbeat(request));
    assertThat(enter("room").getHeartbeatToken()).isNotEqualTo(token);
    assertRefused("SESSION_ENDED", () -> beat("room", token));
  }

  @Test
  void aTokenHoldsOnEveryNodeAndAfterARestart() throws Exception {
    String token = enter("room").getHeartbeatToken();
    server.clock().advance(Duration.ofSeconds(10));
    try (TestServer another = server.another()) {
      RoomServiceBlockingStub there =
          RoomServiceGrpc.newBlockingStub(
              another.channel(another.tokenFor("merchant", Role.VIEWER, viewer, "show")));
      assertThat(there.heartbeat(heartbeat("room", token)).getCreditedMillis()).isEqualTo(10_000);
    }
    server.restart();
    server.clock().advance(Duration.ofSeconds(10));
    assertThat(beat("room", token).getCreditedMillis()).isEqualTo(10_000);
  }

  @Test
  void aTokenOfSomebodyElseIsRefused() {
    String token = enter("room").getHeartbeatToken();
    assertRefused("BAD_HEARTBEAT_TOKEN", () -> beat("other", token));
    assertRefused("BAD_HEARTBEAT_TOKEN", () -> beat("room", "not-a-token"));
    viewer = viewer + "2";
    enter("room");
    assertRefused("BAD_HEARTBEAT_TOKEN", () -> beat("room", token));
  }

  @Test
  void aTimeZoneIsKeptIfItIsOne() {
    EnterRoomRequest.Builder request = entering("room").setTimeZone("Asia/Urumqi");
    as(Role.VIEWER).enterRoom(request.build());
    enter("room");
    assertThat(profile().getTimeZone()).isEqualTo("Asia/Urumqi");
    assertInvalid(
        "time_zone",
        "\"Mars/Olympus\" (expected: an IANA name such as \"Asia/Shanghai\")",
        () -> as(Role.VIEWER).enterRoom(entering("room").setTimeZone("Mars/Olympus").build()));
  }

  @Test
  void onlyTheViewerAndThePlatformActForAViewer() {
    EnterRoomRequest named = entering("room").setViewerId(viewer).build();
    assertThat(as(Role.PLATFORM).enterRoom(named).getHeartbeatToken()).isNotEmpty();
    EnterRoomRequest other = entering("room").setViewerId("other").build();
    assertRefused("NOT_ALLOWED", () -> as(Role.VIEWER).enterRoom(other));
    EnterRoomRequest madeUp = entering("room").setBroadcastId("made-up").build();
    assertRefused("ROOM_NOT_OPEN", () -> as(Role.VIEWER).enterRoom(madeUp));
    for (Role role : List.of(Role.HOST, Role.MERCHANT)) {
      EnterRoomRequest again = entering("room").setViewerId(viewer).build();
      assertRefused("NOT_ALLOWED", () -> as(role).enterRoom(again));
    }
  }

  @Test
  void madeUpRoomsLetNobodyIn() {
    for (int i = 0; i < 5; i++) {
      EnterRoomRequest fake = entering("fake" + i).setBroadcastId("").build();
      assertRefused("ROOM_NOT_OPEN", () -> as(Role.VIEWER).enterRoom(fake));
      EnterRoomRequest named = entering("fake" + i).build();
      assertRefused("ROOM_NOT_OPEN", () -> as(Role.VIEWER).enterRoom(named));
    }
    assertRefused("ROOM_NOT_FOUND", () -> as(Role.VIEWER).getRoom(room("fake1")));
    assertRefused("VIEWER_NOT_FOUND", this::profile);
    assertThat(
            AnalyticsServiceGrpc.newBlockingStub(
                    server.channel(server.tokenFor("merchant", Role.HOST, "host")))
                .listRooms(ListRoomsRequest.newBuilder().setPageSize(100).build())
                .getRoomsList())
        .as("what the host sees")
        .noneMatch(found -> found.getRoomId().startsWith("fake"));
  }

  /**
   * Whatever rooms and shows viewers name: they enter what their token or the platform lets them.
   */
  @Test
  void viewersEnterWhatTheirTokenNamesOrThePlatformHasOpenedAndNothingElse() {
    Random random = new Random(20261129);
    List<String> rooms = List.of("made-a", "made-b", "made-c");
    List<String> shows = List.of("", "x", "y");
    Set<String> known = new HashSet<>();
    Set<String> shut = new HashSet<>();
    Set<String> openShows = new HashSet<>();
    Set<String> endedShows = new HashSet<>();
    int entered = 0;
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      String room = rooms.get(random.nextInt(rooms.size()));
      String show = shows.get(random.nextInt(shows.size()));
      switch (random.nextInt(12)) {
        case 0 -> {
          boolean open = random.nextBoolean();
          var unused =
              as(Role.PLATFORM)
                  .updateRoom(
                      UpdateRoomRequest.newBuilder()
                          .setRequestId(requestId())
                          .setRoomId(room)
                          .setOpen(open)
                          .build());
          known.add(room);
          var unusedToo = open ? shut.remove(room) : shut.add(room);
        }
        case 1 -> {
          if (!show.isEmpty()) {
            var unused =
                as(Role.PLATFORM)
                    .openBroadcast(
                        OpenBroadcastRequest.newBuilder()
                            .setRequestId(requestId())
                            .setRoomId(room)
                            .setBroadcastId(show)
                            .build());
            known.add(room);
            openShows.add(room + "/" + show);
            endedShows.remove(room + "/" + show);
          }
        }
        case 2 -> {
          if (openShows.contains(room + "/" + show)) {
            var unused =
                as(Role.PLATFORM)
                    .closeBroadcast(
                        CloseBroadcastRequest.newBuilder()
                            .setRequestId(requestId())
                            .setRoomId(room)
                            .setBroadcastId(show)
                            .build());
            endedShows.add(room + "/" + show);
          }
        }
        default -> {
          String claimedRoom = random.nextBoolean() ? "" : rooms.get(random.nextInt(rooms.size()));
          String claimedShow = shows.get(random.nextInt(shows.size()));
          boolean isNamed =
              room.equals(claimedRoom) && (show.isEmpty() || show.equals(claimedShow));
          boolean isOpen =
              known.contains(room)
                  && !shut.contains(room)
                  && (show.isEmpty()
                      || (openShows.contains(room + "/" + show)
                          && !endedShows.contains(room + "/" + show)));
          viewer = "guest-" + i;
          RoomServiceBlockingStub guest =
              RoomServiceGrpc.newBlockingStub(
                  server.channel(
                      server.tokenFor("merchant", Role.VIEWER, viewer, claimedRoom, claimedShow)));
          EnterRoomRequest entering = entering(room).setBroadcastId(show).build();
          if (isNamed || isOpen) {
            assertThat(guest.enterRoom(entering).getHeartbeatToken()).isNotEmpty();
            known.add(room); // which a token of the platform's has named
            entered++;
          } else {
            assertRefused("ROOM_NOT_OPEN", () -> guest.enterRoom(entering));
            refused++;
          }
        }
      }
      server.clock().advance(Duration.ofMillis(1));
    }
    assertThat(entered).isGreaterThan(50);
    assertThat(refused).isGreaterThan(50);
  }

  @Test
  void aRoomAndABroadcastThatThePlatformOpensLetViewersIn() {
    OpenBroadcastRequest open =
        OpenBroadcastRequest.newBuilder()
            .setRequestId(requestId())
            .setRoomId("studio")
            .setBroadcastId("premiere")
            .setTitle("Premiere")
            .setCoverUrl("https://live.example.com/cover.png")
            .build();
    assertRefused("NOT_ALLOWED", () -> as(Role.VIEWER).openBroadcast(open));
    assertThat(as(Role.PLATFORM).openBroadcast(open).getBroadcast().getTitle())
        .isEqualTo("Premiere");
    assertThat(as(Role.VIEWER).getRoom(room("studio")).getRoom().getBroadcast().getBroadcastId())
        .isEqualTo("premiere");

    EnterRoomRequest nowhere = entering("studio").setBroadcastId("").build();
    assertThat(as(Role.VIEWER).enterRoom(nowhere).getFacts(0).getRoomEntered().getBroadcastId())
        .isEqualTo("premiere");

    CloseBroadcastRequest close =
        CloseBroadcastRequest.newBuilder()
            .setRequestId(requestId())
            .setRoomId("studio")
            .setBroadcastId("premiere")
            .build();
    assertThat(as(Role.PLATFORM).closeBroadcast(close).getBroadcast().hasEndedAt()).isTrue();
    EnterRoomRequest late = entering("studio").setBroadcastId("premiere").build();
    assertRefused("ROOM_NOT_OPEN", () -> as(Role.VIEWER).enterRoom(late));

    UpdateRoomRequest shut =
        UpdateRoomRequest.newBuilder()
            .setRequestId(requestId())
            .setRoomId("studio")
            .setOpen(false)
            .build();
    assertThat(as(Role.PLATFORM).updateRoom(shut).getRoom().getOpen()).isFalse();
    EnterRoomRequest again = entering("studio").setBroadcastId("").build();
    assertRefused("ROOM_NOT_OPEN", () -> as(Role.VIEWER).enterRoom(again));
  }

  @Test
  void broadcastsCannotBeNamedLikeDays() {
    EnterRoomRequest day = entering("room").setBroadcastId("day:2026-03-02").build();
    assertInvalid(
        "broadcast_id",
        "\"day:2026-03-02\" (expected: another beginning, for \"day:\" stands for days)",
        () -> as(Role.VIEWER).enterRoom(day));
    EnterRoomRequest byToken = entering("room").setBroadcastId("").build();
    assertRefused(
        "INVALID_FIELD",
        () ->
            RoomServiceGrpc.newBlockingStub(
                    server.channel(
                        server.tokenFor("merchant", Role.VIEWER, viewer, "day:2026-03-02")))
                .enterRoom(byToken));
    OpenBroadcastRequest open =
        OpenBroadcastRequest.newBuilder()
            .setRequestId(requestId())
            .setRoomId("room")
            .setBroadcastId("day:show")
            .build();
    assertRefused("INVALID_FIELD", () -> as(Role.PLATFORM).openBroadcast(open));
    assertRefused(
        "INVALID_FIELD",
        () ->
            as(Role.PLATFORM)
                .closeBroadcast(
                    CloseBroadcastRequest.newBuilder()
                        .setRequestId(requestId())
                        .setRoomId("room")
                        .setBroadcastId("day:")
                        .build()));
  }

  @Test
  void likesInBulkCountAsFarAsAPersonCanLike() {
    assertThat(enter("room").getMaxActionsPerSecond()).isEqualTo(10);
    int counted = 0;
    for (int call = 0; call < 10; call++) {
      ActRequest bulk =
          like("room").toBuilder().setLiked(Liked.newBuilder().setCount(1_000)).build();
      for (Fact fact : as(Role.VIEWER).act(bulk).getFactsList()) {
        if (fact.hasNotCounted()) {
          assertThat(fact.getNotCounted().getReason())
              .isEqualTo(NotCountedReason.NOT_COUNTED_REASON_TOO_FAST);
          counted += 1_000 - (int) fact.getNotCounted().getAmount();
        }
      }
    }
    assertThat(counted).isEqualTo(100);
    server.clock().advance(Duration.ofSeconds(3));
    ActRequest later = like("room").toBuilder().setLiked(Liked.newBuilder().setCount(40)).build();
    assertThat(as(Role.VIEWER).act(later).getFactsList())
        .filteredOn(Fact::hasNotCounted)
        .singleElement()
        .satisfies(fact -> assertThat(fact.getNotCounted().getAmount()).isEqualTo(10));
  }

  @Test
  void whatIsTooFastIsNeitherInFiguresNorInGoalsOfTheRoom() throws Exception {
    RoomServiceBlockingStub own =
        RoomServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("merchant", Role.VIEWER, viewer, "bulk", "show")));
    var unused = own.enterRoom(entering("bulk").build());
    for (int call = 0; call < 10; call++) {
      assertThat(
              own.act(like("bulk").toBuilder().setLiked(Liked.newBuilder().setCount(1_000)).build())
                  .getFactsList())
          .as("what comes of it is told")
          .isNotEmpty();
    }
    assertThat(
            AnalyticsServiceGrpc.newBlockingStub(
                    server.channel(server.tokenFor("merchant", Role.HOST, "host")))
                .getRoomReport(
                    GetRoomReportRequest.newBuilder()
                        .setRoomId("bulk")
                        .setBroadcastId("show")
                        .build())
                .getReport()
                .getTotals()
                .getLikes())
        .isEqualTo(100);
    var unusedCount = server.instance(Settlement.class).settleDue(); // the room adds it to its goal
    assertThat(
            TaskServiceGrpc.newBlockingStub(
                    server.channel(server.tokenFor("merchant", Role.VIEWER, viewer)))
                .getTask(GetTaskRequest.newBuilder().setTaskId("goal").setRoomId("bulk").build())
                .getTask()
                .getCount())
        .isEqualTo(100);
  }

  @Test
  void whoEntersFasterThanAPersonCanIsRefusedUntilALittleLater() {
    for (int i = 0; i < 100; i++) {
      enter("room");
      leave();
    }
    assertRefused("OVERLOADED", () -> enter("room"));
    server.clock().advance(Duration.ofSeconds(1));
    for (int i = 0; i < 10; i++) {
      enter("room");
    }
    assertRefused("OVERLOADED", () -> enter("room"));
    var unused = // the platform knows what it says
        as(Role.PLATFORM).enterRoom(entering("room").setViewerId(viewer).build());
  }

  /** Names of IANA's and no others, by EnterRoom as by programs. */
  @Test
  void zonesAreThoseOfIanaByRoomsAndByPrograms() {
    Random random = new Random(20261129);
    List<String> known = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    List<String> candidates =
        new ArrayList<>(
            List.of(
                "UTC+8",
                "GMT+08:00",
                "+08:00",
                "Z",
                "UT",
                "utc",
                "asia/shanghai",
                "CTT",
                "EST5EDT"));
    for (int i = 0; i < 25; i++) {
      String zone = known.get(random.nextInt(known.size()));
      int at = random.nextInt(zone.length());
      candidates.add(zone);
      candidates.add(zone.substring(0, at) + zone.substring(at + 1));
      candidates.add("UTC" + (random.nextBoolean() ? "+" : "-") + random.nextInt(19));
    }
    int taken = 0;
    for (String zone : candidates) {
      boolean isOne = ZoneRulesProvider.getAvailableZoneIds().contains(zone);
      viewer = "zone-" + ++requests;
      EnterRoomRequest entering = entering("room").setTimeZone(zone).build();
      if (isOne) {
        assertThat(as(Role.VIEWER).enterRoom(entering).getTimeZone()).isEqualTo(zone);
        taken++;
      } else {
        assertRefused("INVALID_FIELD", () -> as(Role.VIEWER).enterRoom(entering));
      }
      assertThat(TestPrograms.check("time_zone: \"" + zone + "\"").mistakes().isEmpty())
          .as(zone)
          .isEqualTo(isOne);
    }
    assertThat(taken).isBetween(25, candidates.size() - 20);
  }

  private void leave() {
    var unused =
        as(Role.VIEWER)
            .leaveRoom(
                LeaveRoomRequest.newBuilder().setRequestId(requestId()).setRoomId("room").build());
  }

  private static GetRoomRequest room(String roomId) {
    return GetRoomRequest.newBuilder().setRoomId(roomId).build();
  }

  private EnterRoomResponse enter(String room) {
    return as(Role.VIEWER).enterRoom(entering(room).build());
  }

  private EnterRoomRequest.Builder entering(String room) {
    return EnterRoomRequest.newBuilder()
        .setRequestId(requestId())
        .setRoomId(room)
        .setBroadcastId("show");
  }

  private HeartbeatResponse beat(String room, String token) {
    return as(Role.VIEWER).heartbeat(heartbeat(room, token));
  }

  private HeartbeatRequest heartbeat(String room, String token) {
    return HeartbeatRequest.newBuilder()
        .setRequestId(requestId())
        .setRoomId(room)
        .setHeartbeatToken(token)
        .build();
  }

  private ActRequest like(String room) {
    return ActRequest.newBuilder()
        .setRequestId(requestId())
        .setRoomId(room)
        .setLiked(Liked.getDefaultInstance())
        .build();
  }

  private ViewerProfile profile() {
    return ViewerServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("merchant", Role.VIEWER, viewer)))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer()
        .getProfile();
  }

  private RoomServiceBlockingStub as(Role role) {
    return RoomServiceGrpc.newBlockingStub(
        server.channel(server.tokenFor("merchant", role, viewer, "show")));
  }

  private String requestId() {
    return "r" + ++requests;
  }

  private static List<Fact.WhatCase> kinds(List<Fact> facts) {
    return facts.stream().map(Fact::getWhatCase).toList();
  }
}
