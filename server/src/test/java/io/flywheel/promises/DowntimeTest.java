package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.Settlement;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fell due while the service was off is settled, once, when it is back. */
final class DowntimeTest {
  private static final String MERCHANT = "m";
  private static final Instant MONDAY = Instant.parse("2026-03-02T08:00:00Z");

  private final MutableClock clock = new MutableClock(MONDAY);
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    // The server's own settlement would run between a test's two looks.
    server = TestServer.builder().clock(clock).setting("engine.follow-up-interval", "1h").start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void pendingPointsMatureAndLapseByTheirOwnTimesHoweverLongTheServiceWasOff() throws Exception {
    platform()
        .apply(
            "apply",
            """
            tasks:
            - id: like
              title: Like
              trigger: like
              tiers: [{threshold: 1, rewards: [points: {amount: 10, pending: 24h, expires_after: 30d}]}]
            """);
    var unused = platform().ingest(platform().liked("e", "v"));
    assertThat(balance()).extracting(GetBalanceResponse::getPending).isEqualTo(10L);
    restartAfter(Duration.ofDays(3));
    settleTwice();
    assertThat(balance().getBalance()).isEqualTo(10);
    assertThat(balance().getPending()).isZero();
    restartAfter(Duration.ofDays(60));
    settleTwice();
    assertThat(balance().getBalance()).isZero();
    assertThat(platform().entries("v").stream().map(DowntimeTest::when))
        .containsExactly(MONDAY.plus(Duration.ofDays(31)), MONDAY.plus(Duration.ofDays(1)), MONDAY);
  }

  /** Both fell due, and what lapsed had to mature first. */
  @Test
  void whatFellDueOnTopOfSomethingThatFellDueIsSettledToo() throws Exception {
    platform()
        .apply(
            "apply",
            """
            tasks:
            - id: like
              title: Like
              trigger: like
              tiers: [{threshold: 1, rewards: [points: {amount: 10, pending: 1h, expires_after: 1h}]}]
            """);
    var unused = platform().ingest(platform().liked("e", "v"));
    restartAfter(Duration.ofDays(365));
    settleTwice();
    assertThat(platform().entries("v")).hasSize(3);
    assertThat(balance()).isEqualTo(GetBalanceResponse.getDefaultInstance());
  }

  @Test
  void aGoalReachedJustBeforeTheEndRewardsEveryoneAfterIt() throws Exception {
    platform()
        .apply(
            "apply",
            """
            tasks:
            - id: goal
              title: Together
              trigger: like
              goal: room
              window: day
              tiers: [{threshold: 1200, rewards: [points: 3]}]
            """);
    LivePlatform before = platform();
    for (int call = 0; call < 3; call++) {
      List<io.flywheel.v1.Event> likes =
          java.util.stream.IntStream.range(call * 400, call * 400 + 400)
              .mapToObj(i -> before.liked("e" + i, "v" + i))
              .toList();
      assertThat(before.ingest(likes).getAccepted()).isEqualTo(400);
    }
    restartAfter(Duration.ofDays(9));
    settleTwice();
    for (int viewer = 0; viewer < 1_200; viewer += 50) {
      assertThat(platform().balance("v" + viewer)).as("viewer %d", viewer).isEqualTo(3);
    }
    assertThat(platform().balance("v1199")).isEqualTo(3);
  }

  @Test
  void whatWasNotClaimedIsPaidOnceWithTheNextThingThatCounts() throws Exception {
    platform()
        .apply(
            "apply",
            """
            tasks:
            - id: daily
              title: Daily
              trigger: like
              window: day
              payout: on_claim
              tiers: [{threshold: 1, rewards: [points: 5]}]
            """);
    var first = platform().ingest(platform().liked("e1", "v"));
    assertThat(first.getFactsList()).noneMatch(fact -> fact.hasPointsBooked());
    restartAfter(Duration.ofDays(4));
    settleTwice();
    for (String id : List.of("e2", "e3", "e2")) {
      var unused = platform().ingest(platform().liked(id, "v"));
    }
    assertThat(platform().balance("v")).isEqualTo(5);
    assertThat(platform().entries("v"))
        .singleElement()
        .satisfies(
            entry -> assertThat(entry.getCause().getTask().getWindow()).isEqualTo("2026-03-02"));
  }

  /**
   * The service ends within a second of the period, with the next one begun, and misses its end.
   */
  @Test
  void twoPeriodsOfABoardThatEndedWithoutTheServiceAreSettledOnceInTheirOrder() throws Exception {
    platform()
        .apply(
            "apply",
            """
            leaderboards:
            - id: day
              title: Day
              metric: {trigger: like}
              period: day
              prizes: [{last_position: 1, rewards: [points: 10]}, {last_position: 2, rewards: [points: 4]}]
            """);
    var first =
        platform()
            .ingest(
                List.of(
                    platform().liked("e1", "v"),
                    platform().liked("e2", "v"),
                    platform().liked("e3", "w")));
    assertThat(first.getAccepted()).isEqualTo(3);
    clock.set(Instant.parse("2026-03-02T15:59:59.500Z"));
    assertThat(
            platform()
                .ingest(List.of(platform().liked("e4", "w"), platform().liked("e5", "w")))
                .getAccepted())
        .isEqualTo(2);
    clock.set(Instant.parse("2026-03-02T16:00:00.500Z")); // Tuesday has begun in Shanghai
    assertThat(platform().ingest(List.of(platform().liked("e6", "v"))).getAccepted()).isEqualTo(1);
    restartAfter(Duration.ofDays(2));
    settleTwice(); // both are closed, and pay somewhat later
    clock.advance(Duration.ofSeconds(10));
    settleTwice();
    assertThat(platform().entries("v").stream().map(DowntimeTest::won))
        .as("the latest first")
        .containsExactly("2026-03-03 1: 10", "2026-03-02 2: 4");
    assertThat(platform().entries("w").stream().map(DowntimeTest::won))
        .containsExactly("2026-03-02 1: 10");
  }

  private static String won(PointsEntry entry) {
    var board = entry.getCause().getBoard();
    return "%s %d: %d".formatted(board.getPeriod(), board.getPosition(), entry.getAmount());
  }

  private void restartAfter(Duration downtime) throws Exception {
    server.stopServer();
    clock.advance(downtime);
    server.restart();
  }

  private void settleTwice() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      int unused = server.instance(Settlement.class).settleDue();
    }
    assertThat(server.instance(Settlement.class).settleDue()).isZero();
    assertThat(server.instance(LedgerAuditDao.class).findings(MERCHANT)).isEmpty();
  }

  private LivePlatform platform() {
    return new LivePlatform(server, MERCHANT);
  }

  private GetBalanceResponse balance() {
    return PointsServiceGrpc.newBlockingStub(platform().channel())
        .getBalance(GetBalanceRequest.newBuilder().setViewerId("v").build());
  }

  private static Instant when(PointsEntry entry) {
    return Instant.ofEpochSecond(entry.getOccurredAt().getSeconds());
  }
}
