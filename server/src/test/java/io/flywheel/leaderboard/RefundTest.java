package io.flywheel.leaderboard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.AlreadyTold;
import io.flywheel.engine.Dated;
import io.flywheel.engine.Facts;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsPrice;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.RankStyle;
import io.flywheel.v1.RedemptionCause;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.ScoreMoved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What refunds take from scores, without a database. */
final class RefundTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
  private static final Duration LATENESS = Duration.ofMinutes(5);
  private static final List<String> VIEWERS = List.of("ann", "bob", "cat", "dan", "eve");
  private static final List<String> TEAMS = List.of("blue", "green", "red");
  private static final List<String> ROOMS = List.of("r1", "r2");
  private static final AdjustmentCause CHEAT =
      AdjustmentCause.newBuilder().setReason("cheat").setAdjustedBy("owner").build();

  /** An order pays 100 points at once and 50 that are pending. */
  private static final String PROGRAM =
      """
      name: refunds
      time_zone: UTC
      points: {refund_policy: POLICY}
      teams:
        change_after: 0s
        teams: [{id: red, title: Red}, {id: blue, title: Blue}, {id: green, title: Green}]
      tasks:
        - id: order
          title: order
          trigger: order
          repeat: true
          tiers:
            - threshold: 1
              rewards:
                - points: 100
                - points: {amount: 50, pending: 30d}
      leaderboards:
        - id: count
          title: Orders
          metric: {trigger: order}
          period: day
          prizes: [{last_position: 1, rewards: [experience: 7]}]
          league:
            divisions: [{id: low, title: Low}, {id: high, title: High}]
        - {id: spent, title: Spent, metric: {trigger: order, count: amount}, period: all_time}
        - {id: room, title: Room, metric: {trigger: order, count: amount}, scope: room, period: all_time}
        - {id: team, title: Team, metric: {trigger: order, count: amount}, scope: team, period: day}
        - {id: points, title: Points, metric: {trigger: points_earned, count: amount}, period: all_time}
        - {id: earnings, title: Earnings, metric: {trigger: points_earned, count: times}, period: all_time}
        - id: pending
          title: Pending
          metric: {trigger: points_earned, count: amount, condition: fact.points_booked.kind == 2}
          period: all_time
      """;

  private static final BoardKey SPENT = new BoardKey("shop", "spent", "", "all");
  private static final BoardKey POINTS = new BoardKey("shop", "points", "", "all");
  private static final BoardKey COUNT = new BoardKey("shop", "count", "", "2026-03-02");

  private final ScoreSlice scores = TestPrograms.instance(ScoreSlice.class);
  private final StandingsSlice standings = TestPrograms.instance(StandingsSlice.class);
  private final OrderScoreSlice orders = TestPrograms.instance(OrderScoreSlice.class);
  private final RecordingTurn turn =
      new RecordingTurn(program("debt"), viewer("ann"), TestPrograms.reactors());
  private int events;

  /** Everything at random, beside a list of orders that is added up anew each time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void scoresAreWhatIsLeftOfOrdersWhateverHappens(long seed) {
    Random random = new Random(seed);
    Recount recount = new Recount();
    Map<BoardKey, BoardIndex> inOrder = new HashMap<>();
    Map<BoardKey, BoardIndex> inAnyOrder = new HashMap<>();
    List<Runnable> moves = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    Map<String, Instant> open = new HashMap<>();
    Set<String> settled = new HashSet<>();
    Instant now = START;
    for (int i = 0; i < 250; i++) {
      now = now.plusSeconds(random.nextInt(1_200));
      List<Fact> unused = turn.settle(now);
      for (Map.Entry<String, Instant> period : open.entrySet()) {
        if (!now.isBefore(period.getValue())) {
          settled.add(period.getKey());
        }
      }
      String viewer = VIEWERS.get(random.nextInt(VIEWERS.size()));
      List<Fact> facts;
      switch (random.nextInt(10)) {
        case 0 -> {
          String team = random.nextInt(6) == 0 ? "" : TEAMS.get(random.nextInt(TEAMS.size()));
          facts = join(viewer, team, now);
          recount.join(viewer, team, now);
        }
        case 1 -> {
          List<Place> all = recount.places();
          if (all.isEmpty()) {
            continue;
          }
          Place place = all.get(random.nextInt(all.size()));
          boolean removed = random.nextBoolean();
          viewer = place.viewer;
          facts = set(viewer, place.board, removed, now);
          recount.remove(place, removed);
        }
        case 2, 3, 4, 5 -> {
          Order order = recount.order(random.nextInt(2 + recount.orders.size()), viewer, random);
          viewer = order.viewer;
          String refundId = "r" + random.nextInt(4);
          int minor = 1 + random.nextInt(random.nextBoolean() ? 40 : 120);
          if (order.refunds.containsKey(refundId)) {
            assertTold(() -> refund(order.viewer, order.id, refundId, minor, START), seen);
            continue;
          }
          facts = refund(viewer, order.id, refundId, minor, now);
          order.refunds.put(refundId, minor);
        }
        default -> {
          Order order = recount.order(random.nextInt(2 + recount.orders.size()), viewer, random);
          viewer = order.viewer;
          Instant at = now.minusSeconds(random.nextInt(3) == 0 ? random.nextInt(40_000) : 0);
          if (order.at != null) {
            assertTold(() -> order(order, requireNonNull(order.at)), seen);
            continue;
          }
          order.at = at;
          order.team = recount.teamAt(viewer, at);
          facts = order(order, at);
        }
      }
      for (ScoreMoved moved : moved(facts)) {
        String actor = viewer;
        apply(inOrder, actor, moved);
        moves.add(() -> apply(inAnyOrder, actor, moved));
        String period = moved.getBoardId() + " " + moved.getPeriod();
        open.putIfAbsent(period, settles(moved.getPeriod()));
        assertThat(moved.getLate()).as(period).isEqualTo(settled.contains(period));
        seen.add((moved.getLowered() ? "lowered " : "raised ") + (moved.getLate() ? "late" : ""));
        if (moved.getLowered() && moved.getScore() == 0) {
          seen.add("nothing left");
        }
      }
      assertThat(shown(inOrder)).as("step %d of %d", i, seed).isEqualTo(recount.shown());
    }
    Collections.shuffle(moves, random);
    moves.forEach(Runnable::run);
    assertThat(shown(inAnyOrder)).isEqualTo(recount.shown());
    assertThat(teams(inAnyOrder)).isEqualTo(recount.teams());
    assertThat(seen)
        .as("what the history has had")
        .contains("duplicate", "lowered ", "lowered late", "nothing left", "raised ");
  }

  @Test
  void aPartialRefundLowersInProportionAndOneThatComesTwiceNothing() {
    order("ann", "o1", 1_000, START);
    order("ann", "o2", 10, START.plusSeconds(1));
    assertThat(lowered(refund("ann", "o1", "r1", 301, START.plusSeconds(9))))
        .contains("spent 709", "room 709", "points 270", "points 255")
        .doesNotContain("count 1");
    assertThatThrownBy(() -> refund("ann", "o1", "r1", 301, START.plusSeconds(9)))
        .isInstanceOf(AlreadyTold.class);
    assertThat(score(SPENT, "ann"))
        .isEqualTo(
            new Score(
                709,
                START.plusSeconds(1).toEpochMilli(),
                3,
                false,
                WonPrizes.getDefaultInstance()));
    assertThat(score(POINTS, "ann").points()).as("30 of 100, 15 of 50").isEqualTo(300 - 45);
    assertThat(lowered(refund("ann", "o1", "r2", 2_000, START.plusSeconds(9))))
        .as("no more than the order")
        .contains("spent 10", "count 1", "points 150");
    assertThat(lowered(refund("ann", "o1", "r3", 5, START.plusSeconds(9)))).isEmpty();
    assertThat(lowered(refund("ann", "o2", "r1", 10, START.plusSeconds(9))))
        .contains("spent 0", "count 0", "points 0");
    assertThat(score(SPENT, "ann").isShown()).isFalse();
  }

  @Test
  void aRefundThatComesFirstLowersWhatTheOrderRaisesAtOnce() {
    assertThat(moved(refund("ann", "o1", "r1", 400, START))).isEmpty();
    List<Fact> facts = order("ann", "o1", 1_000, START);
    assertThat(lowered(facts)).contains("spent 600", "points 110", "points 90");
    assertThat(score(SPENT, "ann").points()).isEqualTo(600);
    assertThat(score(POINTS, "ann").points()).isEqualTo(90);
    assertThat(score(COUNT, "ann").points()).isEqualTo(1);
  }

  @Test
  void anOrderOfNothingCountsUntilItIsRefunded() {
    order("ann", "o1", 0, START);
    assertThat(score(COUNT, "ann").points()).isEqualTo(1);
    assertThat(lowered(refund("ann", "o1", "r1", 5, START))).contains("count 0");
  }

  @Test
  void onlyWhatIsReallyTakenBackOfPointsLowersTheirBoard() {
    turn.setProgram(program("within_balance"));
    order("ann", "o1", 1_000, START);
    spend("ann", 90);
    assertThat(lowered(refund("ann", "o1", "r1", 500, START)))
        .as("the 10 that were left of 50, and 25 that were pending")
        .contains("points 140", "points 115", "pending 25");
    assertThat(score(POINTS, "ann").points()).isEqualTo(115);
    assertThat(score(new BoardKey("shop", "pending", "", "all"), "ann").points()).isEqualTo(25);
    assertThat(score(SPENT, "ann").points()).isEqualTo(500);
  }

  @Test
  void pointsThatAreOwedAreTakenBack() {
    order("ann", "o1", 1_000, START);
    spend("ann", 90);
    refund("ann", "o1", "r1", 1_000, START);
    assertThat(score(POINTS, "ann").points()).isZero();
    assertThat(score(POINTS, "ann").isShown()).isFalse();
  }

  @Test
  void pointsThatWaitedForTheirOrderInVainLowerTheirBoard() {
    String waits = "points: {amount: 100, until_completed: {at_most: 1d, otherwise: forfeit}}";
    turn.setProgram(
        TestPrograms.compile(
            TestPrograms.check(
                    PROGRAM.replace("POLICY", "debt").replace("- points: 100", "- " + waits))
                .orThrow()));
    order("ann", "o1", 1_000, START);
    refund("ann", "o1", "r1", 300, START);
    assertThat(score(POINTS, "ann").points()).isEqualTo(150 - 45);
    turn.settle(START.plus(Duration.ofDays(2)));
    assertThat(score(POINTS, "ann").points()).as("what was pending stays").isEqualTo(35);
    refund("ann", "o1", "r2", 700, START.plus(Duration.ofDays(2)));
    assertThat(score(POINTS, "ann").points()).isZero();
  }

  @Test
  void afterAPeriodIsSettledTheHistoryFallsAndPrizesStay() {
    order("ann", "o1", 1_000, START);
    turn.restore(standings, COUNT, new StandingsSlice.Standings(1, ImmutableList.of("ann")));
    turn.settle(Instant.parse("2026-03-03T00:05:10Z"));
    assertThat(score(COUNT, "ann").prizes().getWonList()).hasSize(1);
    WonPrizes won = score(COUNT, "ann").prizes();

    List<Fact> facts = refund("ann", "o1", "r1", 1_000, START.plus(Duration.ofDays(3)));
    assertThat(moved(facts))
        .filteredOn(moved -> moved.getBoardId().equals("count"))
        .singleElement()
        .satisfies(moved -> {
          assertThat(moved.getLate()).isTrue();
          assertThat(moved.getLowered()).isTrue();
          assertThat(moved.getScore()).isZero();
          assertThat(moved.getReachedAt()).isEqualTo(Timestamps.fromMillis(START.toEpochMilli()));
        });
    assertThat(score(COUNT, "ann").prizes()).isEqualTo(won);
    assertThat(facts)
        .filteredOn(Fact::hasRewardRevoked)
        .as("of the prize nothing is taken")
        .noneMatch(fact -> fact.getRewardRevoked().getPart().hasExperience());
  }

  @Test
  void aBoardThatTheProgramHasNoMoreFallsAsWell() {
    order("ann", "o1", 1_000, START);
    turn.setProgram(program("debt", "name: none"));
    assertThat(lowered(refund("ann", "o1", "r1", 250, START))).contains("spent 750", "room 750");
    assertThat(score(SPENT, "ann").points()).isEqualTo(750);
  }

  @Test
  void aScoreThatIsKeptNoMoreIsNotMadeAgain() {
    order("ann", "o1", 1_000, START);
    turn.restore(scores, new ScoreKey(viewer("ann"), SPENT), Score.NONE);
    assertThat(lowered(refund("ann", "o1", "r1", 250, START)))
        .contains("room 750")
        .noneMatch(line -> line.startsWith("spent"));
    assertThat(score(SPENT, "ann")).isEqualTo(Score.NONE);
  }

  @Test
  void whatIsKeptOfAnOrderIsBoundedAndDatedByItsFirstCount() {
    OrderScoreSlice.Key key = new OrderScoreSlice.Key(viewer("ann"), "o1");
    order("ann", "o1", 1_000, START);
    Dated<OrderScores> counted = turn.get(orders, key);
    assertThat(counted.firstMillis()).isEqualTo(START.toEpochMilli());
    refund("ann", "o1", "r1", 250, START.plusSeconds(60));
    assertThat(turn.get(orders, key).firstMillis()).isEqualTo(START.toEpochMilli());

    OrderScores.Builder full = OrderScores.newBuilder();
    while (full.getSharesCount() < RefundReactor.MAX_SHARES - 1) {
      full.addShares(OrderShare.newBuilder().setEntryNumber(99).setWhole(1));
    }
    turn.restore(
        orders, new OrderScoreSlice.Key(viewer("ann"), "o2"), new Dated<>(full.build(), 5));
    order("ann", "o2", 1_000, START);
    Dated<OrderScores> after = turn.get(orders, new OrderScoreSlice.Key(viewer("ann"), "o2"));
    assertThat(after.state().getSharesCount()).isEqualTo(RefundReactor.MAX_SHARES);
    assertThat(after.firstMillis()).isEqualTo(5);
  }

  @Test
  void aShareFallsInProportionRoundedDownWithoutOverflow() {
    OrderShare.Builder share = OrderShare.newBuilder().setAdded(Long.MAX_VALUE).setWhole(1L << 60);
    assertThat(RefundReactor.toLower(share.setBack(1L << 59))).isEqualTo(Long.MAX_VALUE / 2);
    assertThat(RefundReactor.toLower(share.setAdded(1).setWhole(3).setBack(2))).isZero();
    assertThat(RefundReactor.toLower(share.setBack(3))).isEqualTo(1);
    assertThat(RefundReactor.toLower(share.setBack(4))).isEqualTo(1);
    assertThat(RefundReactor.toLower(share.setWhole(0).setBack(0))).isEqualTo(1);
  }

  /** What happened, and what follows from it, in the plainest way there is. */
  private static final class Recount {
    private final List<Order> orders = new ArrayList<>();
    private final Map<String, TreeMap<Instant, String>> joins = new HashMap<>();
    private final Set<Place> removed = new HashSet<>();

    void join(String viewer, String team, Instant at) {
      joins.computeIfAbsent(viewer, unused -> new TreeMap<>()).put(at, team);
    }

    String teamAt(String viewer, Instant at) {
      Map.Entry<Instant, String> join = joins.getOrDefault(viewer, new TreeMap<>()).floorEntry(at);
      return join == null ? "" : join.getValue();
    }

    /** One of the orders, or a new one. */
    Order order(int index, String viewer, Random random) {
      if (index >= orders.size()) {
        orders.add(
            new Order(
                viewer,
                "o" + orders.size(),
                1 + random.nextInt(100),
                ROOMS.get(random.nextInt(ROOMS.size()))));
        return orders.getLast();
      }
      return orders.get(index);
    }

    void remove(Place place, boolean off) {
      if (off) {
        removed.add(place);
      } else {
        removed.remove(place);
      }
    }

    /** Where anybody has ever scored. */
    List<Place> places() {
      return List.copyOf(lines().keySet());
    }

    /** What all have scored, also those who have nothing left or were taken off. */
    Map<Place, Line> lines() {
      Map<Place, Line> lines = new LinkedHashMap<>();
      for (Order order : orders) {
        if (order.at != null) {
          add(lines, order, requireNonNull(order.at));
        }
      }
      return lines;
    }

    private static void add(Map<Place, Line> lines, Order order, Instant at) {
      int back = Math.min(order.amount, order.refunds.values().stream().mapToInt(r -> r).sum());
      boolean whole = back == order.amount;
      String day = at.toString().substring(0, 10);
      int left = order.amount - back;
      int points = 100 - 100 * back / order.amount;
      int pending = 50 - 50 * back / order.amount;
      add(lines, order, "count", "", day, at, whole ? 0 : 1);
      add(lines, order, "spent", "", "all", at, left);
      add(lines, order, "room", order.room, "all", at, left);
      add(lines, order, "points", "", "all", at, points + pending);
      add(lines, order, "earnings", "", "all", at, whole ? 0 : 2);
      add(lines, order, "pending", "", "all", at, pending);
      if (!order.team.isEmpty()) {
        add(lines, order, "team", order.team, day, at, left);
      }
    }

    private static void add(
        Map<Place, Line> lines,
        Order order,
        String board,
        String part,
        String period,
        Instant at,
        long points) {
      lines.merge(
          new Place(order.viewer, new BoardKey("shop", board, part, period)),
          new Line(points, at.toEpochMilli()),
          (one, other) ->
              new Line(
                  one.points + other.points, Math.max(one.reachedMillis, other.reachedMillis)));
    }

    /** Each board's lines, the best first. */
    Map<BoardKey, List<String>> shown() {
      Map<BoardKey, List<String>> shown = new TreeMap<>();
      lines().entrySet().stream()
          .filter(entry -> entry.getValue().points > 0 && !removed.contains(entry.getKey()))
          .sorted(
              Map.Entry.<Place, Line>comparingByValue(
                      Comparator.<Line>comparingLong(line -> -line.points)
                          .thenComparingLong(Line::reachedMillis))
                  .thenComparing(entry -> entry.getKey().viewer))
          .forEach(entry ->
              shown
                  .computeIfAbsent(entry.getKey().board, unused -> new ArrayList<>())
                  .add("%s %d".formatted(entry.getKey().viewer, entry.getValue().points)));
      return shown;
    }

    /** What each team has in each period, and how many of its members have something. */
    Map<BoardKey, TeamTotal> teams() {
      Map<BoardKey, TeamTotal> teams = new TreeMap<>();
      lines()
          .forEach((place, line) -> {
            if (place.board.boardId().equals("team")
                && line.points > 0
                && !removed.contains(place)) {
              teams.merge(
                  place.board,
                  new TeamTotal(line.points, line.reachedMillis, 1),
                  (one, other) ->
                      new TeamTotal(
                          one.score() + other.score(),
                          Math.max(one.reachedMillis(), other.reachedMillis()),
                          one.members() + other.members()));
            }
          });
      return teams;
    }
  }

  private record Place(String viewer, BoardKey board) {}

  private record Line(long points, long reachedMillis) {}

  private static final class Order {
    private final String viewer;
    private final String id;
    private final int amount;
    private final String room;
    private final Map<String, Integer> refunds = new HashMap<>();
    private String team = "";

    /** Null: it was not told yet. */
    private @Nullable Instant at;

    Order(String viewer, String id, int amount, String room) {
      this.viewer = viewer;
      this.id = id;
      this.amount = amount;
      this.room = room;
    }
  }

  private static Instant settles(String period) {
    return period.equals("all")
        ? Instant.MAX
        : Instant.parse(period + "T00:00:00Z").plus(Duration.ofDays(1)).plus(LATENESS);
  }

  private static void assertTold(Runnable again, Set<String> seen) {
    assertThatThrownBy(again::run).isInstanceOf(AlreadyTold.class);
    seen.add("duplicate");
  }

  private static void apply(Map<BoardKey, BoardIndex> indexes, String viewer, ScoreMoved moved) {
    BoardIndex index =
        indexes.computeIfAbsent(
            new BoardKey("shop", moved.getBoardId(), moved.getRoomId(), moved.getPeriod()),
            unused -> BoardIndex.empty(RankStyle.RANK_STYLE_POSITION));
    Score score =
        new Score(
            moved.getScore(),
            Timestamps.toMillis(moved.getReachedAt()),
            moved.getMoves(),
            moved.getRemoved(),
            WonPrizes.getDefaultInstance());
    if (moved.getLowered()) {
      index.lower(viewer, score);
    } else {
      index.apply(viewer, score);
    }
  }

  private static Map<BoardKey, List<String>> shown(Map<BoardKey, BoardIndex> indexes) {
    Map<BoardKey, List<String>> shown = new TreeMap<>();
    indexes.forEach((key, index) -> {
      List<BoardPlace> places = index.page(1, 99);
      assertThat(index.members()).isEqualTo(places.size());
      if (!places.isEmpty()) {
        shown.put(
            key,
            places.stream()
                .map(place -> "%s %d".formatted(place.getViewerId(), place.getScore()))
                .toList());
      }
    });
    return shown;
  }

  private static Map<BoardKey, TeamTotal> teams(Map<BoardKey, BoardIndex> indexes) {
    Map<BoardKey, TeamTotal> teams = new TreeMap<>();
    indexes.forEach((key, index) -> {
      if (key.boardId().equals("team") && index.members() > 0) {
        teams.put(key, index.total());
      }
    });
    return teams;
  }

  private List<Fact> order(Order order, Instant at) {
    return order(order.viewer, order.id, order.amount, order.room, at);
  }

  private List<Fact> order(String viewer, String id, int amount, Instant at) {
    return order(viewer, id, amount, "r1", at);
  }

  private List<Fact> order(String viewer, String id, int amount, String room, Instant at) {
    return tell(
        viewer,
        at,
        Event.newBuilder()
            .setRoomId(room)
            .setOrdered(Ordered.newBuilder().setOrderId(id).setAmountMinor(amount)));
  }

  private List<Fact> refund(String viewer, String orderId, String refundId, int minor, Instant at) {
    return tell(
        viewer,
        at,
        Event.newBuilder()
            .setRefunded(
                Refunded.newBuilder()
                    .setOrderId(orderId)
                    .setRefundId(refundId)
                    .setAmountMinor(minor)));
  }

  private List<Fact> tell(String viewer, Instant at, Event.Builder event) {
    turn.setViewer(viewer(viewer));
    return turn.run(
        at,
        event
            .setEventId("e" + ++events)
            .setViewerId(viewer)
            .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
            .build());
  }

  private List<Fact> join(String viewer, String team, Instant at) {
    turn.setViewer(viewer(viewer));
    return turn.run(at, new TeamReactor.JoinTeam(team));
  }

  private List<Fact> set(String viewer, BoardKey board, boolean removed, Instant at) {
    turn.setViewer(viewer(viewer));
    return turn.run(at, new BoardReactor.SetMember(board, removed, CHEAT));
  }

  private void spend(String viewer, int points) {
    turn.setViewer(viewer(viewer));
    PriceCharged charged =
        PriceCharged.newBuilder()
            .setPrice(Price.newBuilder().setPoints(PointsPrice.newBuilder().setAmount(points)))
            .setCause(
                Cause.newBuilder()
                    .setRedemption(RedemptionCause.newBuilder().setRedemptionId("mug")))
            .build();
    List<Fact> unused = turn.run(START, Facts.of(charged).build());
  }

  private Score score(BoardKey board, String viewer) {
    return turn.get(scores, new ScoreKey(viewer(viewer), board));
  }

  private static List<String> lowered(List<Fact> facts) {
    return moved(facts).stream()
        .filter(ScoreMoved::getLowered)
        .map(moved -> moved.getBoardId() + " " + moved.getScore())
        .toList();
  }

  private static List<ScoreMoved> moved(List<Fact> facts) {
    return facts.stream().filter(Fact::hasScoreMoved).map(Fact::getScoreMoved).toList();
  }

  private static CompiledProgram program(String policy) {
    return program(policy, PROGRAM);
  }

  private static CompiledProgram program(String policy, String text) {
    return TestPrograms.compile(TestPrograms.check(text.replace("POLICY", policy)).orThrow());
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey("shop", id);
  }
}
