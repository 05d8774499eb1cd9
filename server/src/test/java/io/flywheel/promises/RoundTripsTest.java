package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** A call that has its like before it takes few round trips to the database. */
final class RoundTripsTest {
  private static final String PROGRAM =
      """
      check_in: {consecutive: [{count: 1, rewards: [points: 10]}]}
      tasks:
      - {id: like, title: Like, trigger: like, tiers: [{threshold: 1, rewards: [points: 1]}]}
      - {id: together, title: Together, trigger: like, goal: room, tiers: [{threshold: 9, rewards: [points: 1]}]}
      - {id: today, title: Today, trigger: like, goal: room, window: {kind: day}, tiers: [{threshold: 9, rewards: [points: 1]}]}
      leaderboards:
      - {id: points, title: Points, metric: {trigger: points_earned, count: amount}, period: week}
      levels: {levels: [{id: one, title: One, experience: 100}]}
      tags: [{id: rich, title: Rich, condition: viewer.points >= 1000}]
      """;

  @Test
  void whatCallsOfAKindAskForIsLoadedInOneGo() throws Exception {
    try (TestServer server =
        TestServer.builder().setting("engine.follow-up-interval", "1h").start()) {
      LivePlatform platform = new LivePlatform(server, "m");
      platform.apply("apply", PROGRAM);
      enter(platform, "v1");
      checkIn(platform, "v1");
      List<Message> pieceByPiece = read(platform, "v1");
      for (String viewerId : List.of("v2", "v3")) {
        enter(platform, viewerId);
        checkIn(platform, viewerId);
        assertThat(read(platform, viewerId)).hasSize(4);
      }
      List<String> others = List.of("v4", "v5", "v6");
      try (Handle handle = server.instance(Database.class).jdbi().open()) {
        // What is there, and what is written.
        assertThat(fewest(handle, server, others, viewerId -> enter(platform, viewerId)))
            .as("EnterRoom, of a viewer who is new")
            .isEqualTo(2);
        assertThat(fewest(handle, server, others, viewerId -> enter(platform, viewerId)))
            .as("EnterRoom")
            .isEqualTo(2);
        assertThat(fewest(handle, server, others, viewerId -> checkIn(platform, viewerId)))
            .as("CheckIn")
            .isEqualTo(2);
        // All in one.
        assertThat(fewest(handle, server, others, viewerId -> getViewer(platform, viewerId)))
            .as("GetViewer")
            .isEqualTo(1);
        assertThat(fewest(handle, server, others, viewerId -> calendar(platform, viewerId)))
            .as("GetCheckInCalendar")
            .isEqualTo(1);
        assertThat(fewest(handle, server, others, viewerId -> balance(platform, viewerId)))
            .as("GetBalance")
            .isEqualTo(1);
        // Rooms and goals are foreseen where viewers are in few.
        assertThat(fewest(handle, server, others, viewerId -> listTasks(platform, viewerId)))
            .as("ListTasks")
            .isEqualTo(1);
        assertThat(read(platform, "v1")).isEqualTo(pieceByPiece);
      }
    }
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

  /**
   * How many times the server turned to the database for the merchant when a viewer did something:
   * the smallest number of several viewers', for what runs at times may come in between.
   */
  private static int fewest(
      Handle handle, TestServer server, List<String> viewerIds, Consumer<String> what) {
    int fewest = Integer.MAX_VALUE;
    handle.execute("SET GLOBAL log_output = 'TABLE'");
    handle.execute("SET GLOBAL general_log = 1");
    try {
      for (String viewerId : viewerIds) {
        what.accept(viewerId);
        fewest = Math.min(fewest, logged(handle, server));
      }
    } finally {
      handle.execute("SET GLOBAL general_log = 0");
      handle.execute("SET GLOBAL log_output = 'FILE'"); // the default
    }
    return fewest;
  }

  private static int logged(Handle handle, TestServer server) {
    int logged =
        handle
            .createQuery(
                """
                SELECT COUNT(*) FROM mysql.general_log
                WHERE command_type = 'Query' AND argument LIKE '%''m''%'
                  AND argument NOT LIKE '%general_log%' AND thread_id IN (
                  SELECT id FROM information_schema.processlist WHERE db = :schema)\
                """)
            .bind("schema", server.schema())
            .mapTo(Integer.class)
            .one();
    handle.execute("TRUNCATE TABLE mysql.general_log");
    return logged;
  }
}
