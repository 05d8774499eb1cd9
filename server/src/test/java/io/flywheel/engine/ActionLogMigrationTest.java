package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.testing.FormerSchema;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PointsServiceGrpc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A schema of the version before ids were kept by merchant and time, and what becomes of it. */
class ActionLogMigrationTest {
  private static final String PROGRAM =
      "tasks: [{id: like, title: Like, trigger: like, tiers: [{threshold: 1, rewards: [points: 5]}]}]";
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
  private static final ViewerKey VIEWER = new ViewerKey("m", "v");
  private static final Event EVENT =
      Event.newBuilder()
          .setEventId("e")
          .setViewerId("v")
          .setRoomId("room")
          .setOccurredAt(Timestamps.fromMillis(NOW.toEpochMilli()))
          .setLiked(Liked.getDefaultInstance())
          .build();
  private static final AdjustPointsRequest REQUEST =
      AdjustPointsRequest.newBuilder()
          .setRequestId("r")
          .setViewerId("v")
          .setAmount(7)
          .setReason("a test")
          .build();
  private static final AdjustPointsResponse ANSWER =
      AdjustPointsResponse.newBuilder().setBalance(4321).build();

  private final FormerSchema schema = new FormerSchema("9");

  @BeforeEach
  void fillTheSchema() throws SQLException {
    try (Connection connection = schema.connect()) {
      remember(
          connection,
          Id.of("event", "m", "e"),
          Action.event(VIEWER, "e", EVENT),
          ANSWER.toByteString());
      remember(
          connection,
          Id.of("request", "m", "v", "r"),
          Action.request(VIEWER, false, "r", REQUEST),
          ANSWER.toByteString());
    }
  }

  @AfterEach
  void drop() {
    schema.close();
  }

  @Test
  void whatTookEffectBeforeTheUpgradeIsKnownUntilItsDaysAreOver() throws Exception {
    try (TestServer server = TestServer.builder().schema(schema.name()).start()) {
      TestMerchant merchant = new TestMerchant(server, "m", PROGRAM);
      assertThat(ingest(merchant)).isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
      assertThat(adjust(merchant)).isEqualTo(ANSWER);
      server.clock().advance(Duration.ofDays(7).minusMinutes(1));
      purge(server);
      assertThat(ingest(merchant)).isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
      server.clock().advance(Duration.ofDays(2));
      purge(server);
      assertThat(rows(server)).isZero();
      assertThat(adjust(merchant).getBalance()).isEqualTo(7);
      assertThat(rows(server)).isEqualTo(1);
      assertThat(server.instance(LedgerAuditDao.class).findings("m")).isEmpty();
    }
  }

  private static void remember(
      Connection connection, Id id, Action.Remembered identity, ByteString answer)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO action_log (action_id, content_hash, created_ms, answer)
            VALUES (?, ?, ?, ?)\
            """)) {
      statement.setBytes(1, id.toBytes());
      statement.setBytes(2, identity.contentHash().toBytes());
      statement.setLong(3, NOW.toEpochMilli());
      statement.setBytes(4, answer.toByteArray());
      statement.executeUpdate();
    }
  }

  private static void purge(TestServer server) {
    server.instance(Chores.class).run(ActionLogPurge.InOrder.class);
    server.instance(Chores.class).run(ActionLogPurge.OutOfOrder.class);
  }

  private static long rows(TestServer server) {
    return server
        .instance(Database.class)
        .<Long, RuntimeException>read(handle ->
            handle.createQuery("SELECT COUNT(*) FROM action_log").mapTo(Long.class).one());
  }

  private static EventOutcome ingest(TestMerchant merchant) {
    return EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
        .ingestEvents(IngestEventsRequest.newBuilder().addEvents(EVENT).build())
        .getResults(0)
        .getOutcome();
  }

  private static AdjustPointsResponse adjust(TestMerchant merchant) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
        .adjustPoints(REQUEST);
  }
}
