package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.db.DatabaseErrors;
import io.flywheel.testing.FiguresAnew;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.RoomReport;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Figures are folded later, and nobody can tell: whoever reads them finds all that was committed
 * before, each batch counts once, and no batch waits for whoever folds. On two servers with four
 * lanes each that fold nothing by themselves.
 */
final class PendingFiguresTest extends TwoServers {
  private static final int LANES = 4;
  private static final String PROGRAM =
      "tasks: [{id: l, title: L, trigger: like, tiers: [{threshold: 1, rewards: [points: 1]}]}]";

  private static final GetRoomReportRequest REPORT =
      GetRoomReportRequest.newBuilder().setRoomId("room").setBroadcastId("tonight").build();

  PendingFiguresTest() {
    super(
        TestServer.builder()
            .clock(MutableClock.at(Instant.now().toString())) // as of the servers that are killed
            .setting("engine.lanes", LANES)
            .setting("analytics.fold-every", "1h"));
  }

  @BeforeEach
  void applyProgram() {
    ways.get(0).apply("apply", PROGRAM);
  }

  @Test
  void batchesLeaveARowEachAndWhoeverReadsFindsAllOfThem() {
    for (int call = 0; call < 5; call++) {
      like(call % 2, "e" + call + "-", 100);
    }
    assertThat(visits()).isZero();
    assertThat(waiting()).as("batches of 500 events").isBetween(1L, 100L);
    for (LivePlatform way : ways) {
      RoomReport report = report(way.channel());
      assertThat(report.getViewers()).isEqualTo(100);
      assertThat(report.getTotals().getLikes()).isEqualTo(500);
      assertThat(report.getMinutes(0).getCounts().getLikes()).isEqualTo(500);
      assertThat(visits()).isEqualTo(100);
      assertThat(waiting()).isZero();
    }
  }

  @Test
  void whatNobodyReadsIsFoldedFromTimeToTime() throws Exception {
    try (TestServer folding = TestServer.builder().setting("analytics.fold-every", "1s").start()) {
      LivePlatform platform = new LivePlatform(folding, merchant);
      platform.apply("apply", PROGRAM);
      assertThat(platform.ingest(likes(platform, "e", 50)).getAccepted()).isEqualTo(50);
      Threads.await(
          "all is folded",
          () -> number(folding, "SELECT COUNT(*) FROM visit WHERE merchant_id = :merchant") == 50);
      assertThat(
              number(folding, "SELECT COUNT(*) FROM figures_delta WHERE merchant_id = :merchant"))
          .isZero();
    }
  }

  /** Somebody folds all the time what happens, and has not come to an end. */
  @Test
  void noBatchWaitsForWhoeverFolds() throws Exception {
    like(0, "first", 100);
    assertThat(report(ways.get(0).channel()).getViewers()).isEqualTo(100);
    like(0, "folded", 100);
    try (Handle holder = server.instance(Database.class).jdbi().open()) {
      holder.begin();
      lock(holder, "SELECT merchant_id FROM figures_fold WHERE merchant_id = :merchant FOR UPDATE");
      lock(holder, "SELECT viewer_id FROM visit WHERE merchant_id = :merchant FOR UPDATE");
      assertThat(
              holder
                  .createUpdate("DELETE FROM figures_delta WHERE merchant_id = :merchant")
                  .bind("merchant", merchant)
                  .execute())
          .isPositive();
      // Each call would end with DEADLINE_EXCEEDED, or the database's lock timeout before it.
      Threads.together(
          8,
          caller -> {
            for (int call = 0; call < 5; call++) {
              like(caller % 2, caller + "-" + call + "-", 100);
            }
            return 0;
          });
      holder.rollback();
    }
    assertThat(report(ways.get(1).channel()).getTotals().getLikes()).isEqualTo(100 * (2 + 8 * 5));
  }

  /**
   * Every event is told four times, to either server; two read all the time, of whom none finds
   * less than what was acknowledged before, and one makes the figures again from the journal.
   */
  @Test
  void whoeverFoldsWhileTrafficGoesOnTheFiguresAreThePlainSum() throws Exception {
    Random random = new Random(92);
    List<Event> events = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < 3_000; i++) {
      int likes = 1 + random.nextInt(9);
      sum += likes;
      events.add(likes(ways.get(0), "like-" + i, "v" + random.nextInt(300), likes));
    }
    long all = sum;
    AtomicLong acknowledged = new AtomicLong();
    AtomicInteger telling = new AtomicInteger(4);
    List<Integer> rounds =
        Threads.together(
            7,
            caller -> {
              if (caller < 4) {
                tell(ways.get(caller % 2), shuffled(events, caller / 2), caller, acknowledged);
                telling.decrementAndGet();
                return 1;
              }
              int reads = 0;
              for (boolean more = true; more; reads++) {
                more = telling.get() > 0;
                if (caller == 4) {
                  var unused = FiguresAnew.assertSame(ways.get(0).as(Role.MERCHANT, "owner"));
                } else {
                  long before = acknowledged.get();
                  long found = report(ways.get(caller % 2).channel()).getTotals().getLikes();
                  assertThat(found).isBetween(before, all);
                }
              }
              return reads;
            });
    assertThat(rounds).allMatch(each -> each > 0);
    assertThat(acknowledged.get()).isEqualTo(all);
    RoomReport report = report(ways.get(0).channel());
    assertThat(report.getTotals().getLikes()).isEqualTo(all);
    assertThat(report.getViewers())
        .isEqualTo((int) events.stream().map(Event::getViewerId).distinct().count());
    assertThat(waiting()).isZero();
    var unused = FiguresAnew.assertSame(ways.get(1).as(Role.MERCHANT, "owner"));
  }

  /** The server dies before anything is folded, or in the middle of it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAKilledServerHasNotFoldedIsFoldedOnceByAnother(boolean folds, @TempDir Path folder)
      throws Exception {
    server.clock().set(Instant.now());
    like(0, "first", 10);
    assertThat(report(ways.get(0).channel()).getViewers()).isEqualTo(10);
    List<String> arguments = new ArrayList<>(ChildServer.arguments(server));
    arguments.addAll(
        List.of(
            "--cluster.redis-url=none", "--engine.lanes=" + LANES, "--analytics.fold-every=1h"));
    List<Event> events = likes(ways.get(0), "killed", 300);
    try (Handle holder = server.instance(Database.class).jdbi().open();
        ChildServer victim = ChildServer.start(arguments, folder)) {
      holder.begin();
      lock(
          holder,
          "SELECT viewer_id FROM visit WHERE merchant_id = :merchant AND viewer_id = 'v9' FOR UPDATE");
      ManagedChannel channel = ChildServer.channel(victim.port(), merchant);
      try {
        assertThat(
                EventServiceGrpc.newBlockingStub(channel)
                    .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(events).build())
                    .getAccepted())
            .isEqualTo(events.size());
        if (folds) {
          var unused = AnalyticsServiceGrpc.newFutureStub(channel).getRoomReport(REPORT);
          Threads.await("it folds, and waits for a visit", this::isFolding);
        }
        assertThat(waiting()).as("what is not folded").isPositive();
        victim.kill();
      } finally {
        channel.shutdownNow();
      }
      holder.rollback();
    }
    // Whoever sent them was not sure that they had come in.
    assertThat(ways.get(1).ingest(events).getDuplicates()).isEqualTo(events.size());
    RoomReport report = report(ways.get(1).channel());
    assertThat(report.getTotals().getLikes()).isEqualTo(10 + events.size());
    assertThat(report.getViewers()).isEqualTo(300);
    assertThat(waiting()).isZero();
    server.clock().set(Instant.now());
    var unused = FiguresAnew.assertSame(ways.get(0).as(Role.MERCHANT, "owner"));
  }

  /** The last of the tables is gone, so a fold fails once the others are written. */
  @Test
  void aFoldThatFailsHalfWayLeavesEverythingAsItWas() {
    for (int call = 0; call < 5; call++) {
      like(0, "e" + call + "-", 20);
    }
    long before = waiting();
    Database database = server.instance(Database.class);
    database.jdbi().useHandle(handle -> handle.execute("RENAME TABLE room_activity TO elsewhere"));
    try {
      assertThatThrownBy(() -> report(ways.get(0).channel()))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(visits()).isZero();
      assertThat(waiting()).isEqualTo(before);
    } finally {
      database
          .jdbi()
          .useHandle(handle -> handle.execute("RENAME TABLE elsewhere TO room_activity"));
    }
    assertThat(report(ways.get(0).channel()).getTotals().getLikes()).isEqualTo(100);
    assertThat(visits()).isEqualTo(20);
  }

  @Test
  void whatCantBeReadStaysAndHoldsUpNothingElse() {
    like(0, "first", 30);
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle -> {
          addDelta(handle, 1, "0113000AFF"); // it ends in the middle
          addDelta(handle, Long.MAX_VALUE - 1, "7F13000A"); // of a later version
        });
    like(0, "then", 30);
    assertThat(report(ways.get(0).channel()).getTotals().getLikes()).isEqualTo(60);
    like(0, "later", 30);
    assertThat(report(ways.get(1).channel()).getTotals().getLikes()).isEqualTo(90);
    assertThat(waiting()).isEqualTo(2);
  }

  private void addDelta(Handle handle, long id, String hex) {
    handle
        .createUpdate(
            """
            INSERT INTO figures_delta (merchant_id, delta_id, taken_ms, delta)
            VALUES (:merchant, :id, 0, UNHEX(:hex))\
            """)
        .bind("merchant", merchant)
        .bind("id", id)
        .bind("hex", hex)
        .execute();
  }

  private static List<Event> shuffled(List<Event> events, long seed) {
    List<Event> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled;
  }

  private static void tell(
      LivePlatform way, List<Event> events, int caller, AtomicLong acknowledged) {
    int from = caller < 2 ? 0 : events.size() / 2;
    for (int at = from; at < from + events.size(); at += 100) {
      List<Event> call = new ArrayList<>();
      for (int i = at; i < at + 100; i++) {
        call.add(events.get(i % events.size()));
      }
      IngestEventsResponse response = way.ingest(call);
      assertThat(response.getRejected()).isZero();
      for (int i = 0; i < call.size(); i++) {
        if (response.getResults(i).getOutcome() == EventOutcome.EVENT_OUTCOME_ACCEPTED) {
          acknowledged.addAndGet(call.get(i).getLiked().getCount());
        }
      }
    }
  }

  /** Each of so many viewers likes once. */
  private void like(int way, String id, int viewers) {
    assertThat(ways.get(way).ingest(likes(ways.get(way), id, viewers)).getAccepted())
        .isEqualTo(viewers);
  }

  private static List<Event> likes(LivePlatform platform, String id, int viewers) {
    List<Event> events = new ArrayList<>();
    for (int viewer = 0; viewer < viewers; viewer++) {
      events.add(likes(platform, id + viewer, "v" + viewer, 1));
    }
    return events;
  }

  private static Event likes(LivePlatform platform, String id, String viewerId, int count) {
    return platform
        .event(id, viewerId)
        .setBroadcastId("tonight")
        .setLiked(Liked.newBuilder().setCount(count))
        .build();
  }

  private static RoomReport report(Channel channel) {
    return LivePlatform.within(AnalyticsServiceGrpc.newBlockingStub(channel))
        .getRoomReport(REPORT)
        .getReport();
  }

  private void lock(Handle holder, String query) {
    assertThat(holder.createQuery(query).bind("merchant", merchant).mapTo(String.class).list())
        .isNotEmpty();
  }

  /** Whether somebody holds the lock of whoever folds. */
  private boolean isFolding() {
    try (Handle handle = server.instance(Database.class).jdbi().open()) {
      handle.execute("SET SESSION innodb_lock_wait_timeout = 1");
      handle.begin();
      try {
        lock(
            handle,
            "SELECT merchant_id FROM figures_fold WHERE merchant_id = :merchant FOR UPDATE");
        return false;
      } catch (JdbiException e) {
        return DatabaseErrors.isConflict(e);
      } finally {
        handle.rollback();
        handle.execute("SET SESSION innodb_lock_wait_timeout = 10");
      }
    }
  }

  private long visits() {
    return number(server, "SELECT COUNT(*) FROM visit WHERE merchant_id = :merchant");
  }

  private long waiting() {
    return number(server, "SELECT COUNT(*) FROM figures_delta WHERE merchant_id = :merchant");
  }

  private long number(TestServer on, String query) {
    return on.instance(Database.class)
        .read(
            handle -> handle.createQuery(query).bind("merchant", merchant).mapTo(Long.class).one());
  }
}
