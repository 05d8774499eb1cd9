package io.flywheel.lottery;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Draw;
import io.flywheel.v1.DrawProof;
import io.flywheel.v1.DrawRequest;
import io.flywheel.v1.DrawResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetLotteryRequest;
import io.flywheel.v1.ListDrawsRequest;
import io.flywheel.v1.ListLotteriesRequest;
import io.flywheel.v1.ListLotteriesResponse;
import io.flywheel.v1.LotteryServiceGrpc;
import io.flywheel.v1.LotteryView;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.SearchDrawsRequest;
import io.flywheel.v1.SearchDrawsResponse;
import io.flywheel.v1.VerifyDrawRequest;
import io.flywheel.v1.VerifyDrawResponse;
import io.flywheel.v1.WithdrawLotteryRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Lotteries as viewers meet them, through a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LotteryServiceTest {
  private static final AtomicInteger IDS = new AtomicInteger();

  private static final String PROGRAM =
      """
      name: lotteries
      tasks:
        - id: three-draws
          title: 抽三次
          trigger: draw
          tiers: [{threshold: 3, rewards: [points: 7]}]
      lotteries:
        - id: wheel
          title: 大转盘
          cost: {points: 10}
          starts_at: 2026-03-01T00:00:00Z
          ends_at: 2026-04-01T00:00:00Z
          organizer: 测试商家，电话 000
          delivery: 优惠券即时到账，七日内有效
          limit: {count: 5, per: day}
          prizes:
            - id: car
              title: 大奖
              odds: 1000000
              stock: 2
              value_minor: 1000
              rewards: [coupon: {coupon_id: car}]
        - id: stingy
          title: 保底
          cost: {points: 1}
          starts_at: 2026-03-01T00:00:00Z
          ends_at: 2026-04-01T00:00:00Z
          organizer: 测试商家，电话 000
          delivery: 即时到账
          pity: {misses: 2, prize_id: sure}
          consolation: [freeze: 1]
          prizes:
            - {id: never, title: 几乎没有, odds: 1, stock: 1, rewards: [coupon: {coupon_id: x}]}
            - {id: sure, title: 保底奖, odds: 1, rewards: [points: 100]}
        - id: later
          title: 未开始
          cost: {points: 1}
          starts_at: 2026-03-20T00:00:00Z
          ends_at: 2026-04-01T00:00:00Z
          organizer: 测试商家，电话 000
          delivery: 即时到账
          prizes: [{id: a, title: A, odds: 10, rewards: [points: 1]}]
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
  void aDrawUsesTheSeedThatWasCommittedToBeforeAndAnybodyCanCheckIt() {
    TestMerchant merchant = merchant();
    give(merchant, "v", 100);
    LotteryView before = lottery(merchant, "v", "wheel");
    DrawResponse response = draw(merchant, "v", "wheel", "my-seed", before.getCommitment());
    Draw draw = response.getDraw();

    assertThat(draw.getPrizeId()).isEqualTo("car");
    assertThat(draw.getProof().getCommitment()).isEqualTo(before.getCommitment());
    assertThat(draw.getProof().getConfigurationHash()).isEqualTo(before.getConfigurationHash());
    assertThat(verify(merchant, draw.getProof(), "car").getValid()).isTrue();
    assertThat(verify(merchant, draw.getProof(), "").getMistake())
        .isEqualTo("the draw wins car, not nothing");
    DrawProof swapped = draw.getProof().toBuilder().setServerSeed("00".repeat(32)).build();
    assertThat(verify(merchant, swapped, "car").getMistake())
        .isEqualTo("the server_seed is not the one that was committed to");
    DrawProof other = draw.getProof().toBuilder().setClientSeed("yours").build();
    assertThat(verify(merchant, other, "car").getValid()).isFalse();

    assertThat(lottery(merchant, "v", "wheel").getCommitment())
        .isEqualTo(response.getNextCommitment())
        .isNotEqualTo(before.getCommitment());
    assertRefused(
        "COMMITMENT_USED", () -> draw(merchant, "v", "wheel", "my-seed", before.getCommitment()));
    assertThat(balance(merchant, "v")).isEqualTo(90);
  }

  @Test
  void staffSeeLotteriesAndPrizesLeftWithoutAnybodysNextDraw() {
    TestMerchant merchant = merchant();
    give(merchant, "v", 100);
    assertThat(draw(merchant, "v", "wheel", "", "").getDraw().getPrizeId()).isEqualTo("car");
    ListLotteriesResponse answer =
        LotteryServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"))
            .listLotteries(ListLotteriesRequest.getDefaultInstance());
    LotteryView seen = answer.getLotteries(0);
    assertThat(Timestamps.toMillis(answer.getToldAt())).isEqualTo(server.clock().millis());
    assertThat(seen.getPrizes(0).getLeft()).isEqualTo(1);
    assertThat(seen.getConfigurationHash())
        .isEqualTo(lottery(merchant, "v", "wheel").getConfigurationHash());
    assertThat(seen.getCommitment()).isEmpty();
    assertThat(seen.getNextDrawId()).isEmpty();
  }

  @Test
  void prizesAreNeverMoreThanThereAreAndTheOddsSaySo() {
    TestMerchant merchant = merchant();
    give(merchant, "v", 100);
    List<String> won = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Draw draw = draw(merchant, "v", "wheel", "", "").getDraw();
      won.add(draw.getPrizeId());
      assertThat(verify(merchant, draw.getProof(), draw.getPrizeId()).getValid()).isTrue();
    }
    assertThat(won).containsExactly("car", "car", "", "", "");
    LotteryView now = lottery(merchant, "v", "wheel");
    assertThat(now.getPrizes(0).getLeft()).isZero();
    assertThat(now.getPrizes(0).getOdds()).isZero();
    assertThat(now.getNothingOdds()).isEqualTo(1_000_000);
    assertThat(now.getAllowed()).isZero();
    assertRefused("DRAW_LIMIT_REACHED", () -> draw(merchant, "v", "wheel", "", ""));
    assertThat(balance(merchant, "v")).as("five draws and a task's seven").isEqualTo(57);
    assertThat(
            as(merchant, "v")
                .listDraws(ListDrawsRequest.newBuilder().setLotteryId("wheel").build())
                .getDrawsList()
                .stream()
                .map(Draw::getDrawId))
        .containsExactly("5", "4", "3", "2", "1");
  }

  @Test
  void thePityComesAfterAsManyMissesAsItSays() {
    TestMerchant merchant = merchant();
    give(merchant, "v", 3);
    assertThat(draw(merchant, "v", "stingy", "", "").getFactsList()).anyMatch(Fact::hasGrantIssued);
    draw(merchant, "v", "stingy", "", "");
    assertThat(lottery(merchant, "v", "stingy").getMisses()).isEqualTo(2);
    Draw third = draw(merchant, "v", "stingy", "", "").getDraw();
    assertThat(third.getByPity()).isTrue();
    assertThat(third.getPrizeId()).isEqualTo("sure");
    assertThat(verify(merchant, third.getProof(), "sure").getValid()).isTrue();
    assertThat(balance(merchant, "v")).isEqualTo(107);
    assertThat(lottery(merchant, "v", "stingy").getMisses()).isZero();
  }

  @Test
  void theMerchantExportsAllDrawsAndNobodyElse() {
    TestMerchant merchant = merchant();
    for (String viewer : List.of("b", "a", "c")) {
      give(merchant, viewer, 100);
      draw(merchant, viewer, "stingy", "", "");
      draw(merchant, viewer, "wheel", "", "");
      draw(merchant, viewer, "wheel", "", "");
    }
    List<String> exported = new ArrayList<>();
    String token = "";
    do {
      SearchDrawsResponse page =
          LotteryServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
              .searchDraws(
                  SearchDrawsRequest.newBuilder()
                      .setLotteryId("wheel")
                      .setPageSize(2)
                      .setPageToken(token)
                      .build());
      page.getDrawsList().forEach(draw -> exported.add(draw.getViewerId() + draw.getDrawId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(exported).containsExactly("a1", "a2", "b1", "b2", "c1", "c2");
    assertRefused(
        "NOT_ALLOWED",
        () ->
            as(merchant, "a")
                .searchDraws(SearchDrawsRequest.newBuilder().setLotteryId("wheel").build()));
  }

  /** Some draw before it, some after, and some at the same time: whoever paid has it back. */
  @Test
  void aLotteryWithdrawnAmongItsDrawsGivesBackEveryStake() throws Exception {
    TestMerchant merchant = merchant();
    List<String> viewers = IntStream.range(0, 12).mapToObj(i -> "v" + i).toList();
    viewers.forEach(viewer -> give(merchant, viewer, 100));
    draw(merchant, "v0", "wheel", "", "");
    CountDownLatch some = new CountDownLatch(20);
    List<Callable<Integer>> drawers = new ArrayList<>();
    for (String viewer : viewers) {
      drawers.add(() -> drawUntilRefused(merchant, viewer, some));
    }
    int drawn = 1;
    WithdrawLotteryRequest request =
        WithdrawLotteryRequest.newBuilder()
            .setRequestId("withdraw")
            .setLotteryId("wheel")
            .setReason("奖品有误")
            .build();
    LotteryServiceGrpc.LotteryServiceBlockingStub owner =
        LotteryServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> running = drawers.stream().map(threads::submit).toList();
      assertThat(some.await(1, TimeUnit.MINUTES)).isTrue();
      assertRefused("NOT_ALLOWED", () -> as(merchant, "v0").withdrawLottery(request));
      assertThat(owner.withdrawLottery(request)).isEqualTo(owner.withdrawLottery(request));
      for (Future<Integer> one : running) {
        drawn += one.get();
      }
    }
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (viewers.stream().anyMatch(viewer -> balance(merchant, viewer) < 100)) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    SearchDrawsResponse all =
        owner.searchDraws(
            SearchDrawsRequest.newBuilder().setLotteryId("wheel").setPageSize(500).build());
    assertThat(all.getDrawsList()).hasSize(drawn).allMatch(Draw::getRefunded);
    for (String viewer : viewers) {
      long draws =
          all.getDrawsList().stream().filter(one -> one.getViewerId().equals(viewer)).count();
      assertThat(balance(merchant, viewer)).as(viewer).isEqualTo(draws >= 3 ? 107 : 100);
      assertThat(
              as(merchant, viewer)
                  .listDraws(ListDrawsRequest.newBuilder().setLotteryId("wheel").build())
                  .getDrawsList())
          .hasSize((int) draws)
          .allMatch(Draw::getRefunded);
    }
    assertThat(lottery(merchant, "v0", "wheel").getWithdrawal().getReason()).isEqualTo("奖品有误");
    assertRefused("LOTTERY_CLOSED", () -> draw(merchant, "v0", "wheel", "", ""));
    assertThat(draw(merchant, "v0", "stingy", "", "").getDraw().getRefunded()).isFalse();
  }

  private static int drawUntilRefused(TestMerchant merchant, String viewer, CountDownLatch drawn) {
    for (int draws = 0; ; draws++) {
      try {
        draw(merchant, viewer, "wheel", "", "");
        drawn.countDown();
      } catch (StatusRuntimeException refusal) {
        return draws;
      }
    }
  }

  @Test
  void theRecordOfDrawsIsKeptForThreeYearsAndThenForgotten() {
    TestMerchant merchant = merchant();
    give(merchant, "v", 100);
    draw(merchant, "v", "wheel", "", "");
    Chores chores = server.instance(Chores.class);
    server.clock().advance(DrawPurgeDao.KEEP_FOR.minusDays(1));
    chores.run(DrawPurgeDao.class);
    assertThat(recorded(merchant)).isEqualTo(1);
    server.clock().advance(Duration.ofDays(2));
    chores.run(DrawPurgeDao.class);
    assertThat(recorded(merchant)).isZero();
    server.clock().advance(DrawPurgeDao.KEEP_FOR.plusDays(1).negated());
    assertThat(draw(merchant, "v", "wheel", "", "").getDraw().getDrawId())
        .as("numbers go on")
        .isEqualTo("2");
  }

  private int recorded(TestMerchant merchant) {
    return LotteryServiceGrpc.newBlockingStub(
            new TestMerchant(server, merchant.id(), PROGRAM).as(Role.MERCHANT, "owner"))
        .searchDraws(SearchDrawsRequest.newBuilder().setLotteryId("wheel").build())
        .getDrawsCount();
  }

  @Test
  void aRepeatedRequestGetsTheFirstDraw() {
    TestMerchant merchant = merchant();
    give(merchant, "v", 100);
    DrawRequest request =
        DrawRequest.newBuilder().setRequestId("once").setLotteryId("wheel").build();
    DrawResponse first = as(merchant, "v").draw(request);
    assertThat(as(merchant, "v").draw(request)).isEqualTo(first);
    assertThat(balance(merchant, "v")).isEqualTo(90);
  }

  @Test
  void whoCannotPayOrComesTooEarlyDrawsNothing() {
    TestMerchant merchant = merchant();
    assertRefused("INSUFFICIENT_POINTS", () -> draw(merchant, "v", "wheel", "", ""));
    assertRefused("LOTTERY_CLOSED", () -> draw(merchant, "v", "later", "", ""));
    assertRefused("LOTTERY_NOT_FOUND", () -> draw(merchant, "v", "nothing", "", ""));
    long gates =
        server
            .instance(Database.class)
            .read(handle ->
                handle
                    .createQuery("SELECT COUNT(*) FROM lottery_gate WHERE lottery_id = 'nothing'")
                    .mapTo(Long.class)
                    .one());
    assertThat(gates).as("nothing is written of what does not exist").isZero();
    assertThat(lottery(merchant, "v", "wheel").getNextDrawId()).isEqualTo("1");
  }

  @Test
  void whatEntrantsWereToldCannotBeChangedWhileTheLotteryIsOn() {
    TestMerchant merchant = merchant();
    assertRefused(
        "INVALID_PROGRAM", () -> apply(merchant, PROGRAM.replace("stock: 2", "stock: 1")));
    assertRefused(
        "INVALID_PROGRAM", () -> apply(merchant, PROGRAM.replace("odds: 1000000", "odds: 9")));
    assertRefused(
        "INVALID_PROGRAM", () -> apply(merchant, PROGRAM.replace("misses: 2", "misses: 3")));
    apply(merchant, PROGRAM.replace("stock: 2", "stock: 3"));
    apply(
        merchant,
        PROGRAM.replace("stock: 2", "stock: 3").replace("odds: 10,", "odds: 5,")); // not begun
  }

  private TestMerchant merchant() {
    return new TestMerchant(server, "merchant-" + IDS.incrementAndGet(), PROGRAM);
  }

  private static void apply(TestMerchant merchant, String program) {
    var unused =
        ProgramServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply-" + IDS.incrementAndGet())
                    .setSource(ProgramSource.newBuilder().setDocument(program))
                    .build());
  }

  private static void give(TestMerchant merchant, String viewer, int points) {
    var unused =
        PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
            .adjustPoints(
                AdjustPointsRequest.newBuilder()
                    .setRequestId("give-" + viewer)
                    .setViewerId(viewer)
                    .setAmount(points)
                    .setReason("test")
                    .build());
  }

  private static long balance(TestMerchant merchant, String viewer) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewer).build())
        .getBalance();
  }

  private static LotteryServiceGrpc.LotteryServiceBlockingStub as(
      TestMerchant merchant, String viewer) {
    return LotteryServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer));
  }

  private static LotteryView lottery(TestMerchant merchant, String viewer, String lottery) {
    return as(merchant, viewer)
        .getLottery(GetLotteryRequest.newBuilder().setLotteryId(lottery).build())
        .getLottery();
  }

  private static DrawResponse draw(
      TestMerchant merchant, String viewer, String lottery, String seed, String commitment) {
    return as(merchant, viewer)
        .draw(
            DrawRequest.newBuilder()
                .setRequestId("draw-" + IDS.incrementAndGet())
                .setLotteryId(lottery)
                .setClientSeed(seed)
                .setExpectedCommitment(commitment)
                .build());
  }

  private static VerifyDrawResponse verify(TestMerchant merchant, DrawProof proof, String prize) {
    return as(merchant, "somebody")
        .verifyDraw(VerifyDrawRequest.newBuilder().setProof(proof).setPrizeId(prize).build());
  }
}
