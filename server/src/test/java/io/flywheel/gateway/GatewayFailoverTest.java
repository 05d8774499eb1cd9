package io.flywheel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Servers come and go behind the gateway, and whoever calls does not notice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GatewayFailoverTest {
  private static final int CALLERS = 4;
  private static final int CALLS_BETWEEN_STEPS = 200;
  private static final String PROGRAM =
      """
      tasks:
      - {id: like, title: Like, trigger: like, tiers: [{threshold: 1, rewards: [points: 1]}]}
      """;

  private final String schema = TestDatabase.freshSchema();
  private final String token =
      Tokens.sign(TestServer.SECRET, Role.PLATFORM, "load", Duration.ofHours(1));
  private List<ServerNode> nodes = List.of();
  private Gateway gateway;

  @BeforeAll
  void start() throws Exception {
    ServerNode first = ServerNode.start(schema);
    nodes = List.of(first);
    nodes = List.of(first, ServerNode.start(schema));
    gateway =
        Gateway.start(
            TestServer.SECRET,
            nodes.stream().map(ServerNode::grpcPort).toList(),
            "--edges=127.0.0.1:" + first.httpPort());
    var unused =
        ProgramServiceGrpc.newBlockingStub(gateway.channel(token))
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply")
                    .setSource(ProgramSource.newBuilder().setDocument(PROGRAM))
                    .build());
  }

  @AfterAll
  void stop() throws IOException {
    if (gateway != null) {
      gateway.close();
    }
    for (ServerNode node : nodes) {
      node.close();
    }
    TestDatabase.shared().drop(schema);
  }

  @Test
  void aServerKilledUnderLoadFailsNoReadAndEveryWriteTakesEffectOnce() throws Exception {
    bothServe();
    long before = pointsInTheDatabase();
    Load load = new Load("kill", CALLERS, i -> gateway.channel(token));
    try (load) {
      callsGoOn(load);
      assertThat(gateway.callsByServer()).hasSize(2).allMatch(calls -> calls > 0);
      nodes.get(0).kill();
      callsGoOn(load);
      gateway.await("the dead server is found out", () -> gateway.healthyServers() == 1);
      callsGoOn(load);
    } finally {
      nodes.get(0).restart();
    }
    assertThat(load.failedReads()).isEmpty();
    assertThat(load.failedWrites()).isEmpty();
    assertThat(pointsInTheDatabase() - before).isEqualTo(load.writes());
  }

  @Test
  void aRollingRestartUnderLoadFailsNothingAndLosesNothing() throws Exception {
    bothServe();
    long before = pointsInTheDatabase();
    Load load = new Load("restart", CALLERS, i -> gateway.channel(token));
    try (load) {
      callsGoOn(load);
      for (ServerNode node : nodes) {
        node.restart();
        callsGoOn(load);
        bothServe();
      }
      callsGoOn(load);
    }
    assertThat(load.failedReads()).isEmpty();
    assertThat(load.failedWrites()).isEmpty();
    assertThat(load.repeats()).as("writes that had to be repeated").isZero();
    assertThat(pointsInTheDatabase() - before).isEqualTo(load.writes());
  }

  private void bothServe() throws InterruptedException {
    gateway.await("both servers are healthy", () -> gateway.healthyServers() == 2);
  }

  /** Waits until so many calls more have been answered. */
  private void callsGoOn(Load load) throws InterruptedException {
    int reads = load.reads() + CALLS_BETWEEN_STEPS;
    int writes = load.writes() + CALLS_BETWEEN_STEPS;
    gateway.await("calls are answered", () -> load.reads() >= reads && load.writes() >= writes);
  }

  /** What the ledger holds of points given by hand, one for each write. */
  private long pointsInTheDatabase() throws SQLException {
    try (Connection connection = TestDatabase.shared().connect(schema);
        Statement statement = connection.createStatement();
        ResultSet sum =
            statement.executeQuery("SELECT COALESCE(SUM(amount), 0) FROM ledger_entry")) {
      sum.next();
      return sum.getLong(1);
    }
  }
}
