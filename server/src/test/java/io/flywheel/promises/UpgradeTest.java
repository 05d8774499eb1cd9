package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.points.LedgerWatch;
import io.flywheel.points.PointsMature;
import io.flywheel.points.PointsState;
import io.flywheel.task.RoomGoalState;
import io.flywheel.testing.FormerSchema;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.BroadcastStarted;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What rows held before rooms acted, points were held and owed, and contributors had times. */
class UpgradeTest {
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
  private static final String PROGRAM =
      "tasks: [{id: goal, title: Goal, trigger: custom, custom: act, goal: room,"
          + " tiers: [{threshold: 5, rewards: [points: 7]}]}]";

  private final FormerSchema schema = new FormerSchema("11");

  @BeforeEach
  void fillTheSchema() throws SQLException {
    try (Connection connection = schema.connect()) {
      fill(connection);
    }
  }

  @AfterEach
  void drop() {
    schema.close();
  }

  @Test
  void pointsViewersGoalsAndWhatWasLeftToBeDoneGoOn() throws Exception {
    try (TestServer server = TestServer.builder().schema(schema.name()).start()) {
      TestMerchant merchant = new TestMerchant(server, "m", PROGRAM);
      assertThat(balance(merchant, "anna"))
          .isEqualTo(GetBalanceResponse.newBuilder().setBalance(30).setPending(5).build());
      assertThat(
              points(merchant)
                  .listPointsEntries(
                      ListPointsEntriesRequest.newBuilder().setViewerId("anna").build())
                  .getEntriesList())
          .extracting(PointsEntry::getEntryNumber, PointsEntry::getHeld, PointsEntry::getDebt)
          .containsExactly(tuple(2L, 0L, 0L), tuple(1L, 0L, 0L));
      assertThat(
              ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
                  .getViewer(GetViewerRequest.getDefaultInstance())
                  .getViewer()
                  .getProfile()
                  .getTimeZone())
          .isEqualTo("Asia/Shanghai");
      assertBalances(server);

      server.clock().advance(Duration.ofDays(1));
      merchant.settle();
      assertThat(balance(merchant, "anna"))
          .as("what was left to be done is done")
          .isEqualTo(GetBalanceResponse.newBuilder().setBalance(35).build());

      merchant.report("cleo", "act");
      for (int i = 0; i < 3; i++) {
        server.clock().advance(Duration.ofMinutes(1));
        merchant.settle();
      }
      assertThat(balance(merchant, "anna").getBalance()).as("contributed before").isEqualTo(42);
      assertThat(balance(merchant, "bert").getBalance()).as("contributed before").isEqualTo(7);
      assertThat(balance(merchant, "cleo").getBalance()).as("contributed since").isEqualTo(7);
      assertThat(outcomeOfTheLongestRoom(server, merchant))
          .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
      assertBalances(server);
    }
  }

  private static void assertBalances(TestServer server) {
    assertThat(server.instance(LedgerAuditDao.class).findings("m")).isEmpty();
    assertThat(server.instance(LedgerWatch.class).checkAll()).isZero();
  }

  /** A room with the longest id acts under a longer one, for which columns were too short. */
  private static EventOutcome outcomeOfTheLongestRoom(TestServer server, TestMerchant merchant) {
    return EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
        .ingestEvents(
            IngestEventsRequest.newBuilder()
                .addEvents(
                    Event.newBuilder()
                        .setEventId("started")
                        .setRoomId("r".repeat(64))
                        .setBroadcastId("b")
                        .setOccurredAt(Timestamps.fromMillis(server.clock().millis()))
                        .setBroadcastStarted(BroadcastStarted.getDefaultInstance()))
                .build())
        .getResults(0)
        .getOutcome();
  }

  private static GetBalanceResponse balance(TestMerchant merchant, String viewerId) {
    return points(merchant)
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewerId).build());
  }

  private static PointsServiceGrpc.PointsServiceBlockingStub points(TestMerchant merchant) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"));
  }

  /** Anna has 30 points and 5 that are pending; she and Bert have done 4 of 5 for a goal. */
  private static void fill(Connection connection) throws SQLException {
    ViewerProfile profile =
        ViewerProfile.newBuilder()
            .setFirstSeenAt(Timestamps.fromMillis(NOW.toEpochMilli()))
            .setTimeZone("Asia/Shanghai")
            .build();
    execute(
        connection,
        "INSERT INTO viewer (merchant_id, viewer_id, profile) VALUES ('m', 'anna', ?)",
        profile);
    execute(
        connection,
        """
        INSERT INTO ledger_entry
          (merchant_id, viewer_id, entry_number, kind, debit_account, credit_account, amount,
           balance, pending, cause, occurred_ms)
        VALUES ('m', 'anna', 1, %1$d, 1, 2, 30, 30, 0, '', %3$d),
          ('m', 'anna', 2, %2$d, 1, 3, 5, 30, 5, '', %3$d)\
        """
            .formatted(
                PointsEntryKind.POINTS_ENTRY_KIND_EARNED_VALUE,
                PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING_VALUE,
                NOW.toEpochMilli()));
    execute(
        connection,
        """
        INSERT INTO ledger_account (merchant_id, account, shard, balance)
        VALUES ('m', 1, 0, -35), ('m', 2, 0, 30), ('m', 3, 0, 5)\
        """);
    execute(
        connection,
        "INSERT INTO points_state (merchant_id, viewer_id, state) VALUES ('m', 'anna', ?)",
        PointsState.newBuilder().setBalance(30).setPending(5).setEntries(2).build());
    long due = NOW.plus(Duration.ofHours(20)).toEpochMilli();
    execute(
        connection,
        """
        INSERT INTO follow_up
          (merchant_id, follow_up_id, due_ms, retry_ms, viewer_id, room_id, broadcast_id,
           body_type, body, attempts)
        VALUES ('m', UNHEX('000102030405060708090A0B0C0D0E0F'), %1$d, %1$d, 'anna', '', '', '%2$s', ?, 0)\
        """
            .formatted(due, PointsMature.getDescriptor().getFullName()),
        PointsMature.newBuilder().setEntryNumber(2).setAmount(5).build());
    execute(
        connection,
        """
        INSERT INTO task_room_goal (merchant_id, room_id, task_id, task_window, state)
        VALUES ('m', 'room', 'goal', 'once', ?)\
        """,
        RoomGoalState.newBuilder().setCount(4).build());
    execute(
        connection,
        """
        INSERT INTO task_contributor
          (merchant_id, room_id, task_id, task_window, viewer_id, joined_at_count)
        VALUES ('m', 'room', 'goal', 'once', 'anna', 0), ('m', 'room', 'goal', 'once', 'bert', 3)\
        """);
  }

  private static void execute(Connection connection, String sql, Message... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setBytes(i + 1, values[i].toByteArray());
      }
      assertThat(statement.executeUpdate()).isPositive();
    }
  }
}
