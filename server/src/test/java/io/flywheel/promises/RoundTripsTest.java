package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.Message;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** A call that has its like before it takes few round trips to the database. */
final class RoundTripsTest {
  private static final String PROGRAM =
      """
      check_in: {consecutive: [{count: 1, rewards: [points: 10]}]}
      tasks:
      - {id: welcome, title: Welcome, trigger: enter, tiers: [{threshold: 1, rewards: [points: 5]}]}
      - id: chest
        title: Chest
        trigger: enter
        payout: on_claim
        budget: {points: 1000000, per: day}
        tiers: [{threshold: 1, rewards: [points: 3]}]
      - {id: like, title: Like, trigger: like, tiers: [{threshold: 1, rewards: [points: 1]}]}
      - {id: together, title: Together, trigger: like, goal: room, tiers: [{threshold: 9, rewards: [points: 1]}]}
      - {id: today, title: Today, trigger: like, goal: room, window: {kind: day}, tiers: [{threshold: 9, rewards: [points: 1]}]}
      leaderboards:
      - id: points
        title: Points
        metric: {trigger: points_earned, count: amount}
        period: week
        league: {cohort_size: 5, promoted: 1, relegated: 1, divisions: [{id: a, title: A}, {id: b, title: B}]}
      levels: {levels: [{id: one, title: One, experience: 100}]}
      tags: [{id: rich, title: Rich, condition: viewer.points >= 1000}]
      """;

  /**
   * A call that writes sends what is there, and what is written: the beginning, the viewer, the
   * journal's head and its end, and all that is only looked at as one row; then each table.
   */
  private static final Map<String, Sent> EXPECTED =
      ImmutableMap.<String, Sent>builder()
          .put("EnterRoom, of a viewer who is new", new Sent(3, 22)) // a seat in the league
          .put("EnterRoom", new Sent(2, 12))
          .put("CheckIn", new Sent(2, 14))
          .put("ClaimTaskReward", new Sent(2, 17)) // with the lane's share of the task's budget
          .put("GetViewer", new Sent(1, 1))
          .put("GetCheckInCalendar", new Sent(1, 1))
          .put("GetBalance", new Sent(1, 1))
          .put("ListTasks", new Sent(1, 1)) // with rooms and goals, where viewers are in few
          .buildOrThrow();

  @Test
  void whatCallsOfAKindAskForIsLoadedInOneGo() throws Exception {
    try (TestServer server =
        TestServer.builder().setting("engine.follow-up-interval", "1h").start()) {
      LivePlatform platform = new LivePlatform(server, "m");
      platform.apply("apply", PROGRAM);
      enter(platform, "v1");
      checkIn(platform, "v1");
      claim(platform, "v1");
      List<Message> pieceByPiece = read(platform, "v1");
      for (String viewerId : List.of("v2", "v3")) {
        enter(platform, viewerId);
        checkIn(platform, viewerId);
        claim(platform, viewerId);
        assertThat(read(platform, viewerId)).hasSize(4);
      }
      List<String> others = List.of("v4", "v5", "v6");
      try (Handle handle = server.instance(Database.class).jdbi().open()) {
        Map<String, Sent> sent = new LinkedHashMap<>();
        calls(platform)
            .forEach((what, does) -> sent.put(what, fewest(handle, server, others, does)));
        assertThat(sent).isEqualTo(EXPECTED);
        assertThat(read(platform, "v1")).isEqualTo(pieceByPiece);
      }
    }
  }

  /** What a viewer does, in this order. */
  private static Map<String, Consumer<String>> calls(LivePlatform platform) {
    return ImmutableMap.<String, Consumer<String>>builder()
        .put("EnterRoom, of a viewer who is new", viewerId -> enter(platform, viewerId))
        .put("EnterRoom", viewerId -> enter(platform, viewerId))
        .put("CheckIn", viewerId -> checkIn(platform, viewerId))
        .put("ClaimTaskReward", viewerId -> claim(platform, viewerId))
        .put("GetViewer", viewerId -> getViewer(platform, viewerId))
        .put("GetCheckInCalendar", viewerId -> calendar(platform, viewerId))
        .put("GetBalance", viewerId -> balance(platform, viewerId))
        .put("ListTasks", viewerId -> listTasks(platform, viewerId))
        .buildOrThrow();
  }

  private static void enter(LivePlatform platform, String viewerId) {
    var unused =
        RoomServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, viewerId))
            .enterRoom(
                EnterRoomRequest.newBuilder()
                    .setRequestId("enter-" + viewerId + System.nanoTime())
                    .setRoomId("room")
                    .build());
  }

  private static void checkIn(LivePlatform platform, String viewerId) {
    var unused =
        CheckInServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, viewerId))
            .checkIn(CheckInRequest.newBuilder().setRequestId("check-in-" + viewerId).build());
  }

  private static void claim(LivePlatform platform, String viewerId) {
    var unused =
        TaskServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, viewerId))
            .claimTaskReward(
                ClaimTaskRewardRequest.newBuilder()
                    .setRequestId("claim-" + viewerId)
                    .setTaskId("chest")
                    .build());
  }

  private static List<Message> read(LivePlatform platform, String viewerId) {
    return List.of(
        getViewer(platform, viewerId),
        calendar(platform, viewerId),
        balance(platform, viewerId),
        listTasks(platform, viewerId));
  }

  private static Message getViewer(LivePlatform platform, String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, viewerId))
        .getViewer(GetViewerRequest.getDefaultInstance());
  }

  private static Message calendar(LivePlatform platform, String viewerId) {
    return CheckInServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, viewerId))
        .getCheckInCalendar(GetCheckInCalendarRequest.getDefaultInstance());
  }

  private static Message balance(LivePlatform platform, String viewerId) {
    return PointsServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, viewerId))
        .getBalance(GetBalanceRequest.getDefaultInstance());
  }

  private static Message listTasks(LivePlatform platform, String viewerId) {
    return TaskServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, viewerId))
        .listTasks(ListTasksRequest.getDefaultInstance());
  }

  /** How many messages the server sent to the database, and how many statements were in them. */
  private record Sent(int messages, int statements) {
    private Sent least(Sent other) {
      return new Sent(Math.min(messages, other.messages), Math.min(statements, other.statements));
    }
  }

  /**
   * What the server sent for the merchant when a viewer did something: the least of several
   * viewers', for what runs at times may come in between.
   */
  private static Sent fewest(
      Handle handle, TestServer server, List<String> viewerIds, Consumer<String> what) {
    Sent fewest = new Sent(Integer.MAX_VALUE, Integer.MAX_VALUE);
    handle.execute("SET GLOBAL log_output = 'TABLE'");
    handle.execute("SET GLOBAL general_log = 1");
    try {
      for (String viewerId : viewerIds) {
        what.accept(viewerId);
        fewest = fewest.least(logged(handle, server));
      }
    } finally {
      handle.execute("SET GLOBAL general_log = 0");
      handle.execute("SET GLOBAL log_output = 'FILE'"); // the default
    }
    return fewest;
  }

  private static Sent logged(Handle handle, TestServer server) {
    List<String> logged =
        handle
            .createQuery(
                """
                SELECT argument FROM mysql.general_log
                WHERE (command_type IN ('Prepare', 'Execute')
                    OR command_type = 'Query' AND argument LIKE '%''m''%')
                  AND argument NOT LIKE '%general_log%' AND thread_id IN (
                  SELECT id FROM information_schema.processlist WHERE db = :schema)\
                """)
            .bind("schema", server.schema())
            .mapTo(String.class)
            .list();
    handle.execute("TRUNCATE TABLE mysql.general_log");
    return new Sent(
        logged.size(), logged.stream().mapToInt(message -> message.split(";\n").length).sum());
  }
}
