package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.testing.Tools;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.grpc.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Real traffic of live rooms, taken in and recounted. */
final class RecordedTrafficTest {
  private static final String MERCHANT = "recorded";
  private static final int CONNECTIONS = 4;
  private static final int CALL_SIZE = 500;

  /** What became of the events of one replay. */
  private record Totals(int accepted, int duplicates, int rejected) {
    Totals plus(IngestEventsResponse response) {
      return new Totals(
          accepted + response.getAccepted(),
          duplicates + response.getDuplicates(),
          rejected + response.getRejected());
    }
  }

  @Test
  void aReplayEarnsWhatARecountSaysAndASecondOneChangesNothing() throws Exception {
    Optional<Path> folder = RecordedTraffic.folder();
    Tools.need(folder.isPresent(), "set FLYWHEEL_TRAFFIC_DIR to the folder of recorded traffic");
    List<Event> events = new ArrayList<>();
    Recount recount = new Recount();
    RecordedTraffic.read(folder.orElseThrow(), "live-2018.csv.gz", events::add);
    events.forEach(recount::add);

    try (TestServer server = TestServer.start()) {
      Channel channel = server.channel(server.tokenFor(MERCHANT, Role.PLATFORM, "test"));
      applyProgram(channel);

      assertThat(replay(channel, events)).isEqualTo(new Totals(events.size(), 0, 0));
      Map<String, Map<String, Long>> points = pointsByCause(server.instance(Database.class));
      assertSame(points, recount.points());

      assertThat(replay(channel, events)).isEqualTo(new Totals(0, events.size(), 0));
      assertThat(pointsByCause(server.instance(Database.class))).isEqualTo(points);
    }
  }

  static void applyProgram(Channel channel) throws IOException {
    try (InputStream program =
        RecordedTrafficTest.class.getResourceAsStream("/traffic/program.yaml")) {
      ProgramServiceGrpc.newBlockingStub(channel)
          .applyProgram(
              ApplyProgramRequest.newBuilder()
                  .setRequestId("apply")
                  .setSource(
                      ProgramSource.newBuilder()
                          .setDocument(new String(program.readAllBytes(), StandardCharsets.UTF_8)))
                  .build());
    }
  }

  /** Sends the events of each viewer in their order, over several calls at a time. */
  private static Totals replay(Channel channel, List<Event> events)
      throws InterruptedException, ExecutionException {
    List<Callable<Totals>> senders = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      int connection = i;
      List<Event> own =
          events.stream()
              .filter(e -> Math.floorMod(e.getViewerId().hashCode(), CONNECTIONS) == connection)
              .toList();
      senders.add(() -> send(channel, own));
    }
    Totals totals = new Totals(0, 0, 0);
    try (ExecutorService executor = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (Future<Totals> sent : executor.invokeAll(senders)) {
        Totals part = sent.get();
        totals =
            new Totals(
                totals.accepted + part.accepted,
                totals.duplicates + part.duplicates,
                totals.rejected + part.rejected);
      }
    }
    return totals;
  }

  private static Totals send(Channel channel, List<Event> events) {
    EventServiceGrpc.EventServiceBlockingStub stub = EventServiceGrpc.newBlockingStub(channel);
    Totals totals = new Totals(0, 0, 0);
    for (int from = 0; from < events.size(); from += CALL_SIZE) {
      totals =
          totals.plus(
              stub.ingestEvents(
                  IngestEventsRequest.newBuilder()
                      .addAllEvents(events.subList(from, Math.min(from + CALL_SIZE, events.size())))
                      .setBackfill(true)
                      .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
                      .build()));
    }
    return totals;
  }

  /** The points of each viewer by task, and for checking in, straight from the ledger. */
  static Map<String, Map<String, Long>> pointsByCause(Database database) {
    Map<String, Map<String, Long>> points = new TreeMap<>();
    database
        .jdbi()
        .useHandle(handle ->
            handle
                .createQuery("SELECT viewer_id, amount, cause FROM ledger_entry")
                .map((row, context) -> {
                  Cause cause = parse(row.getBytes("cause"));
                  return points
                      .computeIfAbsent(row.getString("viewer_id"), v -> new TreeMap<>())
                      .merge(
                          cause.hasTask() ? cause.getTask().getTaskId() : "check-in",
                          row.getLong("amount"),
                          Long::sum);
                })
                .list());
    return points;
  }

  static void assertSame(
      Map<String, Map<String, Long>> actual, Map<String, Map<String, Long>> expected) {
    List<String> differences = new ArrayList<>();
    Map<String, Map<String, Long>> all = new TreeMap<>(expected);
    all.putAll(actual);
    for (String viewer : all.keySet()) {
      Map<String, Long> a = actual.getOrDefault(viewer, Map.of());
      Map<String, Long> e = expected.getOrDefault(viewer, Map.of());
      if (!a.equals(e)) {
        differences.add(viewer + ": " + a + " (expected: " + e + ")");
      }
    }
    assertThat(differences.stream().limit(10)).isEmpty();
    assertThat(expected).isNotEmpty();
  }

  private static Cause parse(byte[] bytes) {
    try {
      return Cause.parseFrom(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
