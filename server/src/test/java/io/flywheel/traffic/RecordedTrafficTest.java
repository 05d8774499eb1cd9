package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.JournalReader;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.testing.Tools;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.AnalyticsServiceGrpc.AnalyticsServiceBlockingStub;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  /**
   * The small recording; {@code -Dflywheel.test.recordings=live-2018.csv.gz,live-2022.csv.gz} takes
   * both.
   */
  static List<String> recordings() {
    return List.of(
        System.getProperty("flywheel.test.recordings", "live-2018.csv.gz").split(",", -1));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void aReplayEarnsWhatARecountSaysAndASecondOneChangesNothing(String recording) throws Exception {
    Optional<Path> folder = RecordedTraffic.folder();
    Tools.need(folder.isPresent(), "set FLYWHEEL_TRAFFIC_DIR to the folder of recorded traffic");
    List<Event> events = new ArrayList<>();
    Recount recount = new Recount();
    RecordedTraffic.read(folder.orElseThrow(), recording, events::add);
    RoomRecount rooms = new RoomRecount(90);
    events.forEach(event -> {
      recount.add(event);
      rooms.add(event);
    });

    try (TestServer server = TestServer.start()) {
      Channel channel = server.channel(server.tokenFor(MERCHANT, Role.PLATFORM, "test"));
      ProgramServiceGrpc.newBlockingStub(channel)
          .applyProgram(
              ApplyProgramRequest.newBuilder()
                  .setRequestId("apply")
                  .setSource(ProgramSource.newBuilder().setDocument(LedgerTotals.program()))
                  .build());

      assertThat(replay(channel, events)).isEqualTo(new Totals(events.size(), 0, 0));
      Map<String, Map<String, Long>> points =
          LedgerTotals.pointsByCause(server.instance(Database.class));
      LedgerTotals.assertSame(points, recount.points());
      AnalyticsServiceBlockingStub figures = AnalyticsServiceGrpc.newBlockingStub(channel);
      rooms.assertSame(figures, server.clock().instant().getEpochSecond());
      FiguresRecount merchant = FiguresRecount.of(folder.orElseThrow(), recording);
      merchant.assertSame(figures);
      RebuiltStandings.of(server.instance(JournalReader.class), MERCHANT)
          .assertSameAsTables(server.instance(Database.class), points);

      assertThat(replay(channel, events)).isEqualTo(new Totals(0, events.size(), 0));
      assertThat(LedgerTotals.pointsByCause(server.instance(Database.class))).isEqualTo(points);
      rooms.assertSame(figures, server.clock().instant().getEpochSecond());
      merchant.assertSame(figures);
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
}
