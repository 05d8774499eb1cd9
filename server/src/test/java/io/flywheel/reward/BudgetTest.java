package io.flywheel.reward;

import static io.flywheel.testing.Refusals.assertRefused;
import static io.flywheel.testing.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.BudgetServiceGrpc;
import io.flywheel.v1.BudgetView;
import io.flywheel.v1.DrawRequest;
import io.flywheel.v1.DrawResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetLotteryRequest;
import io.flywheel.v1.ListBudgetsRequest;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.LotteryServiceGrpc;
import io.flywheel.v1.MallServiceGrpc;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.PrizeView;
import io.flywheel.v1.RedeemItemRequest;
import io.flywheel.v1.RedeemItemResponse;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Budgets over tasks, mall and draws, through a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BudgetTest {
  private static final AtomicInteger IDS = new AtomicInteger();

  private static final String PROGRAM =
      """
      name: budgets
      budgets:
        - {id: coupons, title: Coupons, coupons: 30, value_minor: 100000}
        - {id: mine, title: Mine, each_viewer: true, per: day, points: 25, sources: [task]}
      tasks:
        - id: wave
          title: Wave
          trigger: custom
          custom: wave
          repeat: true
          tiers: [{threshold: 1, rewards: [{coupon: {coupon_id: c, value_minor: 500}}]}]
        - id: nod
          title: Nod
          trigger: custom
          custom: nod
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 10}]}]
      mall:
        items:
          - {id: coupon, title: Coupon, price: {points: 1}, rewards: [{coupon: {coupon_id: c}}]}
      lotteries:
        - id: wheel
          title: Wheel
          cost: {points: 1}
          starts_at: 2026-01-01T00:00:00Z
          ends_at: 2099-01-01T00:00:00Z
          organizer: Tests
          delivery: At once
          prizes:
            - {id: coupon, title: Coupon, odds: 1000000, value_minor: 700, rewards: [{coupon: {coupon_id: c}}]}
      """;

  private TestServer server;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void whatWasGivenInDaysAndWeeksOfLongAgoIsForgotten() {
    Database database = server.instance(Database.class);
    Instant longAgo = server.clock().instant().minus(BudgetPurgeDao.KEEP_FOR);
    LocalDate first = LocalDate.ofInstant(longAgo, ZoneOffset.UTC);
    String lastWeek = ProgramCalendar.weekOf(first.minusWeeks(1));
    List<String> stay = List.of(first.toString(), ProgramCalendar.weekOf(first), "once");
    database
        .jdbi()
        .useHandle(handle -> {
          for (String window :
              Iterables.concat(stay, List.of(first.minusDays(1).toString(), lastWeek))) {
            handle.execute(
                """
                INSERT INTO budget_spent
                  (merchant_id, budget_id, budget_window, viewer_id, points, coupons, value_minor,
                  withheld, told_percent)
                VALUES ('purged', 'b', ?, 'v', 1, 1, 1, 1, 0)\
                """,
                window);
            handle.execute(
                "INSERT INTO budget_share VALUES ('purged', 'b', ?, 3, 1, 1, 1, 2, 2, 2, 0, 1)",
                window);
          }
        });
    server.instance(Chores.class).run(BudgetPurgeDao.class);
    for (String table : List.of("budget_spent", "budget_share")) {
      List<String> left =
          database.read(handle ->
              handle
                  .createQuery("SELECT budget_window FROM <table> WHERE merchant_id = 'purged'")
                  .define("table", table)
                  .mapTo(String.class)
                  .list());
      assertThat(left).as(table).containsExactlyInAnyOrderElementsOf(stay);
    }
  }

  @Test
  void oneBudgetHoldsUnderTasksMallAndDrawsAtOnce() throws Exception {
    TestMerchant merchant = merchant();
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String viewer = "v" + i;
      give(merchant, viewer);
      calls.add(() -> coupons(merchant.report(viewer, "wave")));
      calls.add(() -> {
        try {
          return coupons(redeem(merchant, viewer).getFactsList());
        } catch (StatusRuntimeException e) {
          assertThat(reasonOf(e)).isEqualTo("BUDGET_EXHAUSTED");
          return 0;
        }
      });
      calls.add(() -> coupons(draw(merchant, viewer).getFactsList()));
    }
    int told = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Integer> call : threads.invokeAll(calls)) {
        told += call.get();
      }
    }
    int granted = 0;
    for (int i = 0; i < 30; i++) {
      granted += grants(merchant, "v" + i);
    }
    assertThat(told).isEqualTo(30);
    assertThat(granted).isEqualTo(30);
    assertThat(budget(merchant, 0, "").getCoupons()).isEqualTo(30);
  }

  @Test
  void whatABudgetDoesNotAllowIsToldAndItsNoticesComeOnce() {
    TestMerchant merchant = merchant();
    List<Integer> notices = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      merchant.report("v", "wave").stream()
          .filter(Fact::hasBudgetReached)
          .forEach(fact -> notices.add(fact.getBudgetReached().getPercent()));
    }
    assertThat(notices).containsExactly(80, 100);
    List<Fact> withheld = merchant.report("v", "wave");
    assertThat(withheld).anyMatch(Fact::hasRewardWithheld).noneMatch(Fact::hasGrantIssued);
    assertThat(withheld).noneMatch(Fact::hasBudgetReached);
    assertThat(budget(merchant, 0, "").getWithheld()).isEqualTo(1);
    assertThat(budget(merchant, 0, "").getValueMinor()).isEqualTo(30 * 500);

    give(merchant, "v");
    assertRefused("BUDGET_EXHAUSTED", () -> redeem(merchant, "v"));
    PrizeView prize =
        LotteryServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "v"))
            .getLottery(GetLotteryRequest.newBuilder().setLotteryId("wheel").build())
            .getLottery()
            .getPrizes(0);
    assertThat(prize.getOdds()).as("what can't be won has no odds").isZero();
    DrawResponse draw = draw(merchant, "v");
    assertThat(draw.getDraw().getPrizeId()).isEmpty();
    assertThat(draw.getDraw().getProof().getWeights(0).getWeight()).isZero();
    assertThat(budget(merchant, 0, "").getWithheld()).as("a refusal moves nothing").isEqualTo(1);
  }

  @Test
  void eachViewerHasABudgetOfTheirOwnThatBeginsAnewWithTheDay() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = new TestMerchant(own, "budgets-own", PROGRAM);
      for (int i = 0; i < 3; i++) {
        var unused = merchant.report("a", "nod");
      }
      assertThat(merchant.report("b", "nod")).anyMatch(Fact::hasPointsBooked);
      assertThat(budget(merchant, 1, "a").getPoints()).isEqualTo(20);
      assertThat(budget(merchant, 1, "a").getWithheld()).isEqualTo(1);
      assertThat(budget(merchant, 1, "b").getPoints()).isEqualTo(10);
      own.clock().advance(Duration.ofDays(1));
      assertThat(merchant.report("a", "nod")).anyMatch(Fact::hasPointsBooked);
    }
  }

  private TestMerchant merchant() {
    return new TestMerchant(server, "budgets-" + IDS.incrementAndGet(), PROGRAM);
  }

  private static int coupons(List<Fact> facts) {
    return (int)
        facts.stream()
            .filter(fact ->
                fact.hasGrantIssued() && fact.getGrantIssued().getGrant().getReward().hasCoupon())
            .count();
  }

  private static int grants(TestMerchant merchant, String viewer) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .listGrants(ListGrantsRequest.newBuilder().setPageSize(100).build())
        .getGrantsCount();
  }

  private static void give(TestMerchant merchant, String viewer) {
    var unused =
        PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
            .adjustPoints(
                AdjustPointsRequest.newBuilder()
                    .setRequestId("give-" + viewer)
                    .setViewerId(viewer)
                    .setAmount(10)
                    .setReason("test")
                    .build());
  }

  private static RedeemItemResponse redeem(TestMerchant merchant, String viewer) {
    return MallServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .redeemItem(
            RedeemItemRequest.newBuilder()
                .setRequestId("redeem-" + IDS.incrementAndGet())
                .setItemId("coupon")
                .build());
  }

  private static DrawResponse draw(TestMerchant merchant, String viewer) {
    return LotteryServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .draw(
            DrawRequest.newBuilder()
                .setRequestId("draw-" + IDS.incrementAndGet())
                .setLotteryId("wheel")
                .build());
  }

  private static BudgetView budget(TestMerchant merchant, int index, String viewer) {
    return BudgetServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .listBudgets(ListBudgetsRequest.newBuilder().setViewerId(viewer).build())
        .getBudgets(index);
  }
}
