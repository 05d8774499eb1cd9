package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.FlywheelServer;
import io.flywheel.platform.db.Database;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.testing.Errors;
import io.flywheel.testing.TestDatabase;
import io.flywheel.traffic.GeneratedTraffic;
import io.flywheel.traffic.LedgerTotals;
import io.flywheel.traffic.RecordedTraffic;
import io.flywheel.traffic.Recount;
import io.flywheel.traffic.RoomRecount;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing that was acknowledged is lost, and nothing counts twice, whatever is killed. */
final class CrashTest {
  private static final String MERCHANT = "m";
  private static final int CONNECTIONS = 3;
  private static final int LIKES = 3_000;

  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("flywheel-crash");
  }

  @AfterEach
  void removeFolder() throws IOException {
    TestDatabase.deleteRecursively(folder);
  }

  @Test
  void aServerKilledInTheMiddleOfTrafficComesToTheSameTotals() throws Exception {
    List<Event> events = traffic();
    Recount recount = new Recount();
    RoomRecount rooms = new RoomRecount(90);
    events.forEach(event -> {
      recount.add(event);
      rooms.add(event);
    });
    List<Sender> senders = senders(events);
    try (ChildServer first = ChildServer.start(folder)) {
      apply(first.port(), LedgerTotals.program());
      sendUntil(first.port(), senders, events.size() / 3);
      first.kill();
      senders.forEach(Sender::awaitEnd);
    }
    int acknowledged = total(senders);
    assertThat(acknowledged).isBetween(events.size() / 3, events.size() - 1);
    try (ChildServer second = ChildServer.start(folder)) {
      sendUntil(second.port(), senders, acknowledged + events.size() / 3);
      second.kill();
      senders.forEach(Sender::awaitEnd);
    }
    FlywheelServer last = ChildServer.startHere(folder);
    try {
      sendUntil(last.grpcPort(), senders, events.size());
      senders.forEach(Sender::awaitEnd);
      Map<String, Map<String, Long>> totals =
          LedgerTotals.pointsByCause(last.instance(Database.class));
      LedgerTotals.assertSame(totals, recount.points());
      ManagedChannel channel = ChildServer.channel(last.grpcPort(), MERCHANT);
      try {
        rooms.assertSame(
            AnalyticsServiceGrpc.newBlockingStub(channel), Instant.now().getEpochSecond());
      } finally {
        channel.shutdownNow();
      }
      assertThat(last.instance(LedgerAuditDao.class).findings(MERCHANT)).isEmpty();
    } finally {
      last.close();
    }
  }

  @Test
  void aDatabaseKilledUnderLoadLosesNothingAndIsCalledUnavailable() throws Exception {
    FlywheelServer server = ChildServer.startHere(folder, "--database.connection-timeout=250ms");
    ManagedChannel channel = ChildServer.channel(server.grpcPort(), MERCHANT);
    try {
      apply(
          server.grpcPort(),
          """
          tasks:
          - {id: like, title: Like, trigger: like, repeat: true, tiers: [{threshold: 1, rewards: [points: 1]}]}
          """);
      Set<String> reasons = ConcurrentHashMap.newKeySet();
      AtomicInteger accepted = new AtomicInteger();
      CompletableFuture<?> load =
          CompletableFuture.allOf(
              IntStream.range(0, 4)
                  .mapToObj(i ->
                      CompletableFuture.runAsync(
                          () -> like(channel, i, accepted, reasons), Thread::startVirtualThread))
                  .toArray(CompletableFuture[]::new));
      for (int kill = 1; kill <= 2; kill++) {
        int atLeast = accepted.get() + 300;
        Threads.await("events are accepted", () -> accepted.get() >= atLeast || load.isDone());
        ProcessHandle database = ChildServer.database(folder);
        database.destroyForcibly();
        database.onExit().get(60, TimeUnit.SECONDS);
        assertThat(Errors.of(() -> balance(channel, "v0")).reason())
            .isEqualTo("DATABASE_UNAVAILABLE");
        Threads.await("the database is back", () -> answers(channel));
      }
      load.get(120, TimeUnit.SECONDS);
      assertThat(reasons).isSubsetOf("DATABASE_UNAVAILABLE");
      long points = 0;
      for (int viewer = 0; viewer < 40; viewer++) {
        points += balance(channel, "v" + viewer);
      }
      assertThat(points).isEqualTo(4L * LIKES);
      assertThat(server.instance(LedgerAuditDao.class).findings(MERCHANT)).isEmpty();
    } finally {
      channel.shutdownNow();
      server.close();
    }
  }

  /** Sends each call again until every event is in. */
  private static void like(
      Channel channel, int connection, AtomicInteger accepted, Set<String> reasons) {
    EventServiceGrpc.EventServiceBlockingStub stub = EventServiceGrpc.newBlockingStub(channel);
    for (int from = 0; from < LIKES; from += 50) {
      List<Event> left = new ArrayList<>();
      for (int i = from; i < from + 50; i++) {
        left.add(like("like-" + connection + "-" + i, "v" + i % 40));
      }
      while (!left.isEmpty()) {
        try {
          List<Event> sent = left;
          left = new ArrayList<>();
          for (EventResult result :
              stub.ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(sent).build())
                  .getResultsList()) {
            if (result.getOutcome() == EventOutcome.EVENT_OUTCOME_REJECTED) {
              reasons.add(result.getError().getReason());
              left.add(sent.get(result.getIndex()));
            } else {
              accepted.incrementAndGet();
            }
          }
        } catch (StatusRuntimeException e) {
          throw new AssertionError("events are answered one by one", e);
        }
      }
    }
  }

  private static Event like(String eventId, String viewerId) {
    return Event.newBuilder()
        .setEventId(eventId)
        .setViewerId(viewerId)
        .setOccurredAt(LivePlatform.time(Instant.now()))
        .setLiked(Liked.getDefaultInstance())
        .build();
  }

  private static boolean answers(Channel channel) {
    try {
      return balance(channel, "v0") >= 0;
    } catch (StatusRuntimeException e) {
      assertThat(Errors.of(e).reason()).isEqualTo("DATABASE_UNAVAILABLE");
      return false;
    }
  }

  private static long balance(Channel channel, String viewerId) {
    return PointsServiceGrpc.newBlockingStub(channel)
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewerId).build())
        .getBalance();
  }

  private static void apply(int port, String program) {
    ManagedChannel channel = ChildServer.channel(port, MERCHANT);
    try {
      var unused =
          ProgramServiceGrpc.newBlockingStub(channel)
              .applyProgram(
                  ApplyProgramRequest.newBuilder()
                      .setRequestId("apply")
                      .setSource(ProgramSource.newBuilder().setDocument(program))
                      .build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static List<Event> traffic() {
    List<Event> events = new ArrayList<>();
    RecordedTraffic.folder()
        .ifPresentOrElse(
            recordings -> RecordedTraffic.read(recordings, "live-2018.csv.gz", events::add),
            () -> events.addAll(GeneratedTraffic.events(20_000, 7)));
    return events;
  }

  /** The events of each viewer go over one connection, so that they arrive in order. */
  private static List<Sender> senders(List<Event> events) {
    return IntStream.range(0, CONNECTIONS)
        .mapToObj(i ->
            new Sender(
                MERCHANT,
                events.stream()
                    .filter(e -> Math.floorMod(e.getViewerId().hashCode(), CONNECTIONS) == i)
                    .toList()))
        .toList();
  }

  /** Waits for as long as more and more is acknowledged, however slowly. */
  private static void sendUntil(int port, List<Sender> senders, int acknowledged)
      throws InterruptedException {
    senders.forEach(sender -> sender.begin(port));
    int before = -1;
    while (total(senders) < acknowledged && before < total(senders)) {
      int known = total(senders);
      before = known;
      Threads.await(
          "%d events are acknowledged, and not only %d".formatted(acknowledged, known),
          () -> total(senders) > known || senders.stream().allMatch(Sender::hasEnded));
    }
    assertThat(total(senders)).isGreaterThanOrEqualTo(acknowledged);
  }

  private static int total(List<Sender> senders) {
    return senders.stream().mapToInt(sender -> sender.acknowledged()).sum();
  }
}
