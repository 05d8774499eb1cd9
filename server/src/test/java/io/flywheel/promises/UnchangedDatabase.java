package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.flywheel.analytics.PendingFigures;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.Errors;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * A merchant with a program, some of its people, and a stranger; whatever a test asks for, the
 * database holds afterwards what it held before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UnchangedDatabase {
  TestServer server;
  LivePlatform platform;
  Channel viewer;
  Channel host;
  Channel stranger;
  private Map<String, Long> rowsBefore = Map.of();

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
    platform = new LivePlatform(server, "m");
    platform.apply(
        "apply",
        """
        check_in: {outside_rooms: true, consecutive: [{count: 1, rewards: [points: 1]}]}
        tasks:
        - {id: like, title: Like, trigger: like, tiers: [{threshold: 1, rewards: [points: 1, badge: b]}]}
        - {id: claim, title: Claim, trigger: like, payout: on_claim, tiers: [{threshold: 9, rewards: [points: 1]}]}
        - {id: secret, title: Secret, trigger: like, hidden: true, requires: [claim], tiers: [{threshold: 1}]}
        """);
    new LivePlatform(server, "other")
        .apply("apply", "tasks: [{id: like, title: Like, trigger: like, tiers: [{threshold: 1}]}]");
    var unused = platform.ingest(List.of(platform.liked("e1", "v"), platform.liked("e2", "w")));
    server.instance(PendingFigures.class).bringUpToDate("m");
    viewer = platform.as(Role.VIEWER, "v");
    host = platform.as(Role.HOST, "h");
    stranger = new LivePlatform(server, "other").as(Role.PLATFORM, "p");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void countRows() {
    rowsBefore = rows();
  }

  @AfterEach
  void nothingHasChanged() {
    assertThat(rows()).isEqualTo(rowsBefore);
  }

  static void refused(String field, ThrowingCallable call) {
    Errors errors = Errors.of(call);
    assertThat(errors.reason()).as(errors.message()).isEqualTo("INVALID_FIELD");
    assertThat(errors.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(errors.violations().getFieldViolationsList())
        .as(errors.message())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.getField()).isEqualTo(field);
          assertThat(violation.getDescription()).isNotEmpty();
        });
  }

  static void reason(String reason, ThrowingCallable call) {
    Errors errors = Errors.of(call);
    assertThat(errors.reason()).as(errors.message()).isEqualTo(reason);
  }

  /**
   * How many rows each table has, but for the audience's index, which follows the viewers in its
   * own time; of viewers, those that did anything.
   */
  private Map<String, Long> rows() {
    Map<String, Long> rows = new TreeMap<>();
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle -> {
          List<String> tables =
              new ArrayList<>(handle.createQuery("SHOW TABLES").mapTo(String.class).list());
          tables.removeAll(Set.of("audience_facet", "audience_lease", "audience_member"));
          for (String table : tables) {
            String of = table.equals("viewer") ? "viewer WHERE profile <> ''" : table;
            rows.put(
                table, handle.createQuery("SELECT COUNT(*) FROM " + of).mapTo(Long.class).one());
          }
        });
    assertThat(rows).containsKeys("viewer", "action_log", "viewer_grant", "ledger_entry");
    return rows;
  }

  static EnterRoomRequest.Builder enter() {
    return EnterRoomRequest.newBuilder().setRequestId("r").setRoomId("room");
  }

  static ActRequest.Builder act() {
    return ActRequest.newBuilder()
        .setRequestId("r")
        .setRoomId("room")
        .setLiked(Liked.getDefaultInstance());
  }

  static AdjustPointsRequest.Builder adjust() {
    return AdjustPointsRequest.newBuilder()
        .setRequestId("r")
        .setViewerId("v")
        .setAmount(1)
        .setReason("a test");
  }

  static ClaimTaskRewardRequest.Builder claim(String taskId) {
    return ClaimTaskRewardRequest.newBuilder().setRequestId("r").setTaskId(taskId);
  }

  static GetTaskRequest task(String taskId) {
    return GetTaskRequest.newBuilder().setTaskId(taskId).build();
  }

  static IngestEventsRequest request(List<Event> events) {
    return IngestEventsRequest.newBuilder().addAllEvents(events).build();
  }

  static RoomServiceGrpc.RoomServiceBlockingStub room(Channel channel) {
    return RoomServiceGrpc.newBlockingStub(channel);
  }

  static PointsServiceGrpc.PointsServiceBlockingStub points(Channel channel) {
    return PointsServiceGrpc.newBlockingStub(channel);
  }

  static TaskServiceGrpc.TaskServiceBlockingStub tasks(Channel channel) {
    return TaskServiceGrpc.newBlockingStub(channel);
  }

  static CheckInServiceGrpc.CheckInServiceBlockingStub checkIn(Channel channel) {
    return CheckInServiceGrpc.newBlockingStub(channel);
  }

  static ProgramServiceGrpc.ProgramServiceBlockingStub program(Channel channel) {
    return ProgramServiceGrpc.newBlockingStub(channel);
  }

  static EventServiceGrpc.EventServiceBlockingStub events(Channel channel) {
    return EventServiceGrpc.newBlockingStub(channel);
  }
}
