package io.flywheel.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetLeaderboardResponse;
import io.flywheel.v1.GetLeagueRequest;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.JoinTeamRequest;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.Refunded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refunds on leaderboards as viewers and merchants meet them, through a real server. */
final class RefundServiceTest {
  private static final String DAY = "2026-03-02";

  private static final String PROGRAM =
      """
      name: refunds
      teams:
        teams: [{id: red, title: Red}, {id: blue, title: Blue}]
      tasks:
        - {id: order, title: order, trigger: order, repeat: true, tiers: [{threshold: 1, rewards: [points: 100]}]}
      leaderboards:
        - id: spent
          title: Spent
          metric: {trigger: order, count: amount}
          period: day
          prizes:
            - {last_position: 1, rewards: [points: 1000]}
            - {last_position: 9, rewards: [points: 10]}
          league:
            divisions: [{id: low, title: Low}, {id: high, title: High}]
        - {id: points, title: Points, metric: {trigger: points_earned, count: amount}, period: all_time}
        - id: teams
          title: Teams
          metric: {trigger: order, count: amount}
          scope: team
          period: day
          prizes: [{last_position: 1, rewards: [points: 5]}]
      """;

  private TestServer server;
  private TestMerchant merchant;
  private int events;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.builder().clock(MutableClock.at(DAY + "T08:00:00Z")).start();
    merchant = new TestMerchant(server, "shop", PROGRAM);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void ranksAreThoseOfASortedListWhateverIsOrderedAndRefunded() {
    Random random = new Random(12);
    Map<String, Map<String, Integer>> left = new HashMap<>();
    Map<String, Long> reached = new HashMap<>();
    for (int i = 0; i < 150; i++) {
      server.clock().advance(Duration.ofSeconds(1));
      String viewer = "v" + random.nextInt(12);
      Map<String, Integer> own = left.computeIfAbsent(viewer, unused -> new HashMap<>());
      if (random.nextBoolean() || own.isEmpty()) {
        int amount = 10 * (1 + random.nextInt(9));
        own.put("o" + i, amount);
        reached.put(viewer, server.clock().millis());
        order(viewer, "o" + i, amount);
      } else {
        String orderId = List.copyOf(own.keySet()).get(random.nextInt(own.size()));
        int back = random.nextBoolean() ? 1_000 : 10;
        own.merge(orderId, -back, (amount, less) -> Math.max(0, amount + less));
        refund(viewer, orderId, "r" + i, back);
      }
      if (i % 10 == 0) {
        assertThat(lines(board("spent", ""))).as("after %d", i).isEqualTo(sorted(left, reached));
      }
    }
    assertThat(lines(board("spent", ""))).isEqualTo(sorted(left, reached));
    assertThat(server.instance(BoardWatch.class).checkAll()).as("drift").isZero();
    server.instance(BoardIndexes.class).reload(new BoardKey("shop", "spent", "", DAY));
    assertThat(lines(board("spent", ""))).isEqualTo(sorted(left, reached));
    assertThat(server.instance(BoardWatch.class).checkAll()).as("drift").isZero();
  }

  private static List<String> sorted(
      Map<String, Map<String, Integer>> left, Map<String, Long> reached) {
    Map<String, Integer> sums = new HashMap<>();
    left.forEach((viewer, orders) ->
        sums.put(viewer, orders.values().stream().mapToInt(amount -> amount).sum()));
    return sums.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(
            Comparator.<Map.Entry<String, Integer>>comparingInt(entry -> -entry.getValue())
                .thenComparingLong(entry -> reached.getOrDefault(entry.getKey(), 0L))
                .thenComparing(Map.Entry::getKey))
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .toList();
  }

  @Test
  void whoeverIsRefundedFallsOnEveryBoardOfTheViewerTheTeamAndTheLeague() {
    join("ann", "red");
    join("bob", "red");
    join("cat", "blue");
    order("ann", "o1", 900);
    order("bob", "o1", 500);
    order("cat", "o1", 1_000);
    assertThat(lines(board("spent", ""))).containsExactly("cat 1000", "ann 900", "bob 500");
    assertThat(teams()).containsExactly("red 1400 of 2", "blue 1000 of 1");
    assertThat(lines(board("points", ""))).containsExactly("ann 100", "bob 100", "cat 100");

    refund("ann", "o1", "r1", 450);
    assertThat(lines(board("spent", ""))).containsExactly("cat 1000", "bob 500", "ann 450");
    assertThat(teams()).containsExactly("blue 1000 of 1", "red 950 of 2");
    assertThat(lines(board("points", ""))).containsExactly("bob 100", "cat 100", "ann 50");
    assertThat(league()).containsExactly("cat 1000", "bob 500", "ann 450");

    assertThat(tell(refunded("ann", "o1", "r1", 450)))
        .isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
    refund("ann", "o1", "r2", 450);
    assertThat(lines(board("spent", ""))).containsExactly("cat 1000", "bob 500");
    assertThat(board("spent", "").getPeriod().getMembers()).isEqualTo(2);
    assertThat(hasPlace("ann")).isFalse();
    assertThat(teams()).containsExactly("blue 1000 of 1", "red 500 of 1");
    assertThat(lines(board("points", ""))).containsExactly("bob 100", "cat 100");
    assertThat(league()).containsExactly("cat 1000", "bob 500");

    refund("ann", "o2", "r1", 100);
    order("ann", "o2", 700);
    assertThat(lines(board("spent", ""))).containsExactly("cat 1000", "ann 600", "bob 500");
    assertThat(server.instance(BoardWatch.class).checkAll()).as("drift").isZero();
  }

  @Test
  void prizesGoByWhatIsLeftAtTheEndAndStayWhateverIsRefundedLater() {
    join("ann", "red");
    join("bob", "blue");
    join("cat", "blue");
    order("ann", "o1", 900);
    order("bob", "o1", 500);
    order("cat", "o1", 100);
    refund("ann", "o1", "r1", 600);
    refund("cat", "o1", "r1", 100);
    server.clock().advance(Duration.ofDays(1));
    settle();
    assertThat(List.of(balance("ann"), balance("bob"), balance("cat")))
        .as("100 for each order less what was refunded, the prize, and that of the team")
        .containsExactly(34L + 10, 100L + 1_000 + 5, 0L);

    refund("bob", "o1", "r1", 500);
    assertThat(balance("bob")).as("the prizes stay").isEqualTo(1_005);
    GetLeaderboardResponse past = board("spent", DAY);
    assertThat(past.getPeriod().getSettled()).isTrue();
    assertThat(lines(past)).containsExactly("ann 300");
  }

  @Test
  void whatOrdersAddedIsForgottenAfterTheirTimeAndNoSooner() {
    order("ann", "o1", 900);
    order("bob", "o1", 900);
    Instant kept = server.clock().instant().plus(OrderScorePurgeDao.KEEP_FOR);
    forget(kept);
    assertThat(rows()).isEqualTo(2);
    forget(kept.plusMillis(1));
    assertThat(rows()).isZero();
  }

  private void forget(Instant now) {
    OrderScorePurgeDao purge = server.instance(OrderScorePurgeDao.class);
    Optional<byte[]> progress = Optional.of(new byte[0]);
    while (progress.isPresent()) {
      byte[] from = progress.get();
      progress =
          server.instance(Database.class).inTransaction(handle -> purge.step(handle, from, now));
    }
  }

  private int rows() {
    return server
        .instance(Database.class)
        .read(handle ->
            handle.createQuery("SELECT COUNT(*) FROM board_order").mapTo(Integer.class).one());
  }

  private void settle() {
    merchant.settle();
    server.clock().advance(Duration.ofSeconds(10));
    merchant.settle();
  }

  private void order(String viewer, String orderId, int amount) {
    assertThat(
            tell(
                event(viewer)
                    .setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(amount))))
        .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
  }

  private void refund(String viewer, String orderId, String refundId, int minor) {
    assertThat(tell(refunded(viewer, orderId, refundId, minor)))
        .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
  }

  private Event.Builder refunded(String viewer, String orderId, String refundId, int minor) {
    return event(viewer)
        .setRefunded(
            Refunded.newBuilder().setOrderId(orderId).setRefundId(refundId).setAmountMinor(minor));
  }

  private Event.Builder event(String viewer) {
    return Event.newBuilder()
        .setViewerId(viewer)
        .setOccurredAt(Timestamps.fromMillis(server.clock().millis()));
  }

  private EventOutcome tell(Event.Builder event) {
    return EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
        .ingestEvents(
            IngestEventsRequest.newBuilder()
                .addEvents(event.setEventId("event-" + ++events))
                .build())
        .getResults(0)
        .getOutcome();
  }

  private void join(String viewer, String team) {
    assertThat(
            LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
                .joinTeam(JoinTeamRequest.newBuilder().setRequestId("join").setTeamId(team).build())
                .getFactsList())
        .hasSize(1);
  }

  private LeaderboardServiceGrpc.LeaderboardServiceBlockingStub stub() {
    return LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"));
  }

  private GetLeaderboardResponse board(String board, String period) {
    return stub()
        .getLeaderboard(
            GetLeaderboardRequest.newBuilder()
                .setBoardId(board)
                .setPeriod(period)
                .setPageSize(100)
                .build());
  }

  private List<String> teams() {
    List<String> lines = new ArrayList<>();
    for (BoardPlace place : board("teams", "").getPlacesList()) {
      lines.add(
          "%s %d of %d".formatted(place.getTeam().getId(), place.getScore(), place.getMembers()));
    }
    return lines;
  }

  private List<String> league() {
    return stub()
        .getLeague(GetLeagueRequest.newBuilder().setBoardId("spent").build())
        .getPlacesList()
        .stream()
        .map(RefundServiceTest::line)
        .toList();
  }

  private boolean hasPlace(String viewer) {
    return stub()
        .getRank(GetRankRequest.newBuilder().setBoardId("spent").setViewerId(viewer).build())
        .hasPlace();
  }

  private static List<String> lines(GetLeaderboardResponse board) {
    return board.getPlacesList().stream().map(RefundServiceTest::line).toList();
  }

  private static String line(BoardPlace place) {
    return place.getViewerId() + " " + place.getScore();
  }

  private long balance(String viewer) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewer).build())
        .getBalance();
  }
}
