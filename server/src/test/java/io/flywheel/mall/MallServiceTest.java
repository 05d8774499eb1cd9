package io.flywheel.mall;

import static io.flywheel.testing.Refusals.assertInvalid;
import static io.flywheel.testing.Refusals.assertRefused;
import static io.flywheel.testing.Refusals.reasonOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.CancelRedemptionRequest;
import io.flywheel.v1.DeleteDeliveryDataRequest;
import io.flywheel.v1.DeleteDeliveryDataResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetMallItemRequest;
import io.flywheel.v1.ItemState;
import io.flywheel.v1.ListMallItemsRequest;
import io.flywheel.v1.ListRedemptionsRequest;
import io.flywheel.v1.MallItemView;
import io.flywheel.v1.MallServiceGrpc;
import io.flywheel.v1.PointsPrice;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.Price;
import io.flywheel.v1.RedeemItemRequest;
import io.flywheel.v1.RedeemItemResponse;
import io.flywheel.v1.Redemption;
import io.flywheel.v1.RedemptionState;
import io.flywheel.v1.RedemptionUpdate;
import io.flywheel.v1.RedemptionUpdateResult;
import io.flywheel.v1.SearchRedemptionsRequest;
import io.flywheel.v1.UpdateRedemptionsRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The mall as viewers and merchants meet it, through a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MallServiceTest {
  private static final AtomicInteger IDS = new AtomicInteger();

  private static final String PROGRAM =
      """
      name: mall
      mall:
        items:
          - id: coupon
            title: 五元券
            price: {points: 50}
            rewards:
              - coupon: {coupon_id: five, valid_for: 7d}
            limit: {count: 2, per: day}
          - id: mug
            title: 杯子
            price: {points: 30}
            member_prices:
              - {audience: viewer.experience > 0, price: {points: 10}}
            stock: 2
            fulfill_within: 2d
            viewer_may_cancel: true
            delivery_fields:
              - {name: address, label: 地址, max_length: 10}
              - {name: note, label: 备注, optional: true}
          - id: soon
            title: 预告
            price: {points: 1}
            rewards: [freeze: 1]
            sale_starts_at: 2026-03-05T00:00:00Z
          - id: slow
            title: 冷却
            price: {points: 1}
            rewards: [freeze: 1]
            cooldown: 1h
          - id: vip-only
            title: 会员
            price: {points: 1}
            rewards: [freeze: 1]
            audience: '"vip" in viewer.privileges'
          - id: rare
            title: 限量
            price: {points: 10}
            stock: 20
            rewards:
              - coupon: {coupon_id: rare}
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
  void anItemWithRewardsIsPaidAndDeliveredInOneStep() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 120);
    RedeemItemResponse bought = redeem(merchant, "v", "coupon");

    assertThat(bought.getRedemption().getState())
        .isEqualTo(RedemptionState.REDEMPTION_STATE_FULFILLED);
    assertThat(bought.getFactsList().stream().map(Fact::getWhatCase).map(Enum::name))
        .containsSubsequence(
            "PRICE_CHARGED", "REDEMPTION_MOVED", "REWARD_GIVEN", "POINTS_BOOKED", "GRANT_ISSUED");
    assertThat(balance(merchant, "v")).isEqualTo(70);
    redeem(merchant, "v", "coupon");
    assertRefused("ITEM_LIMIT_REACHED", () -> redeem(merchant, "v", "coupon"));
    assertThat(balance(merchant, "v")).as("a refusal takes nothing").isEqualTo(20);
    assertThat(history(merchant, "v")).hasSize(2);
  }

  @Test
  void theSameRequestBuysOnce() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 100);
    RedeemItemRequest request =
        RedeemItemRequest.newBuilder().setRequestId("same").setItemId("coupon").build();
    RedeemItemResponse first = as(merchant, "v").redeemItem(request);

    assertThat(as(merchant, "v").redeemItem(request)).isEqualTo(first);
    assertThat(balance(merchant, "v")).isEqualTo(50);
  }

  @Test
  void eachRefusalSaysWhichRuleAndWhenItWouldBePossible() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 5);
    assertRefused("INSUFFICIENT_POINTS", () -> redeem(merchant, "v", "coupon"));
    assertRefused("NOT_ON_SALE", () -> redeem(merchant, "v", "soon"));
    assertRefused("NOT_ELIGIBLE", () -> redeem(merchant, "v", "vip-only"));
    assertRefused("ITEM_NOT_FOUND", () -> redeem(merchant, "v", "nothing"));
    redeem(merchant, "v", "slow");
    assertRefused("ITEM_LIMIT_REACHED", () -> redeem(merchant, "v", "slow"));
    assertThat(balance(merchant, "v")).isEqualTo(4);

    assertThat(item(merchant, "v", "soon").getState()).isEqualTo(ItemState.ITEM_STATE_COMING_SOON);
    assertThat(item(merchant, "v", "soon").hasPossibleAt()).isTrue();
    assertThat(item(merchant, "v", "slow").getState()).isEqualTo(ItemState.ITEM_STATE_COOLING_DOWN);
    assertThat(item(merchant, "v", "vip-only").getState())
        .isEqualTo(ItemState.ITEM_STATE_NOT_ELIGIBLE);
    assertThat(
            as(merchant, "v")
                .listMallItems(ListMallItemsRequest.getDefaultInstance())
                .getItemsList())
        .hasSize(6);
  }

  @Test
  void deliveriesAreCheckedAndKeptFromHosts() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 100);
    assertInvalid(
        "delivery.address",
        "missing (expected: a text)",
        () -> redeem(merchant, "v", "mug", Map.of("note", "x")));
    assertInvalid(
        "delivery.address",
        "11 characters (expected: at most 10)",
        () -> redeem(merchant, "v", "mug", Map.of("address", "😀".repeat(11))));
    redeem(merchant, "v", "mug", Map.of("address", " Road 1 "));

    assertThat(history(merchant, "v").getFirst().getDeliveryMap())
        .containsOnly(Map.entry("address", "Road 1"));
    assertThat(search(merchant, Role.MERCHANT).getFirst().getDeliveryMap()).hasSize(1);
    assertThat(search(merchant, Role.HOST).getFirst().getDeliveryMap()).isEmpty();
  }

  @Test
  void whatAViewerSaidIsDeletedUponTheViewersWishButForWhatTheMerchantStillOwes() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 100);
    give(merchant, "w", 100);
    RedeemItemRequest request =
        RedeemItemRequest.newBuilder()
            .setRequestId("first")
            .setItemId("mug")
            .putDelivery("address", "Road 1")
            .build();
    RedeemItemResponse first = as(merchant, "v").redeemItem(request);
    redeem(merchant, "v", "mug", Map.of("address", "Road 2"));
    List<RedemptionUpdateResult> unused =
        update(merchant, updateOf("u1", "v", "1", RedemptionState.REDEMPTION_STATE_FULFILLED));

    assertThat(deleteDeliveryData(merchant, Role.MERCHANT, "v"))
        .isEqualTo(DeleteDeliveryDataResponse.newBuilder().setDeleted(1).setKept(1).build());
    assertThat(addresses(merchant)).as("newest first").containsExactly("Road 2", "");
    assertThat(history(merchant, "v").getLast().getReference()).isEqualTo("parcel");
    assertThat(as(merchant, "v").redeemItem(request))
        .as("a repeat is told what it says itself")
        .isEqualTo(first);
    assertThat(answersWith("mug")).as("answers that were kept").isGreaterThan(1);
    assertThat(answersWith("Road")).as("of them with an address").isZero();
    assertThat(addresses(merchant)).containsExactly("Road 2", "");

    cancel(merchant, "v", "c1", "2");
    redeem(merchant, "w", "mug", Map.of("address", "Road 3"));
    DeleteDeliveryDataResponse rest = deleteDeliveryData(merchant, Role.PLATFORM, "v");
    assertThat(rest.getDeleted()).isEqualTo(1);
    assertThat(rest.getKept()).isZero();
    assertThat(addresses(merchant)).containsExactly("", "");
    assertThat(history(merchant, "w").getFirst().getDeliveryMap())
        .as("another viewer's stays")
        .containsValue("Road 3");
    assertThat(deleteDeliveryData(merchant, Role.PLATFORM, "nobody"))
        .isEqualTo(DeleteDeliveryDataResponse.getDefaultInstance());
    assertRefused("NOT_ALLOWED", () -> deleteDeliveryData(merchant, Role.HOST, "w"));
    assertRefused("NOT_ALLOWED", () -> deleteDeliveryData(merchant, Role.VIEWER, "w"));
  }

  /** How many answers that are kept for repeated requests have a text. */
  private long answersWith(String text) {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery("SELECT COUNT(*) FROM action_log WHERE LOCATE(:text, answer) > 0")
                .bind("text", text.getBytes(UTF_8))
                .mapTo(Long.class)
                .one());
  }

  private static DeleteDeliveryDataResponse deleteDeliveryData(
      TestMerchant merchant, Role role, String viewer) {
    return MallServiceGrpc.newBlockingStub(
            merchant.as(role, role == Role.VIEWER ? viewer : "staff"))
        .deleteDeliveryData(DeleteDeliveryDataRequest.newBuilder().setViewerId(viewer).build());
  }

  @Test
  void whatNobodyDeliversIsRefundedByItself() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      give(merchant, "v", 60);
      redeem(merchant, "v", "mug", Map.of("address", "Road 1"));
      redeem(merchant, "v", "mug", Map.of("address", "Road 1"));
      assertThat(item(merchant, "v", "mug").getState()).isEqualTo(ItemState.ITEM_STATE_SOLD_OUT);
      assertRefused("SOLD_OUT", () -> redeem(merchant, "v", "mug", Map.of("address", "Road 1")));
      List<RedemptionUpdateResult> results =
          update(
              merchant,
              updateOf("u1", "v", "1", RedemptionState.REDEMPTION_STATE_FULFILLED),
              updateOf("u2", "v", "9", RedemptionState.REDEMPTION_STATE_FULFILLED));
      assertThat(results.get(0).getRedemption().getReference()).isEqualTo("parcel");
      assertThat(results.get(1).getErrorReason()).isEqualTo("REDEMPTION_NOT_FOUND");

      own.clock().advance(Duration.ofDays(3));
      merchant.settle();
      merchant.settle();

      assertThat(history(merchant, "v").stream().map(Redemption::getState))
          .containsExactly(
              RedemptionState.REDEMPTION_STATE_EXPIRED, RedemptionState.REDEMPTION_STATE_FULFILLED);
      assertThat(balance(merchant, "v")).isEqualTo(30);
      assertThat(item(merchant, "v", "mug").getLeft()).isEqualTo(1);
    }
  }

  @Test
  void aCancelledRedemptionGivesBackPriceAndPieceOnce() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 30);
    String id =
        redeem(merchant, "v", "mug", Map.of("address", "Road 1")).getRedemption().getRedemptionId();
    cancel(merchant, "v", "c1", id);
    assertThat(balance(merchant, "v")).isEqualTo(30);
    assertThat(item(merchant, "v", "mug").getLeft()).isEqualTo(2);
    assertRefused("REDEMPTION_ENDED", () -> cancel(merchant, "v", "c2", id));
    cancel(merchant, "v", "c1", id);
    assertThat(balance(merchant, "v")).as("a repeat changes nothing").isEqualTo(30);
  }

  @Test
  void thePriceThatWasShownIsThePriceThatIsPaid() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 100);
    assertRefused(
        "PRICE_CHANGED",
        () ->
            as(merchant, "v")
                .redeemItem(
                    RedeemItemRequest.newBuilder()
                        .setRequestId("r")
                        .setItemId("coupon")
                        .setExpectedPrice(
                            Price.newBuilder().setPoints(PointsPrice.newBuilder().setAmount(40)))
                        .build()));
    assertThat(balance(merchant, "v")).isEqualTo(100);
  }

  @Test
  void aCrowdOnTwoNodesBuysExactlyWhatIsThere() throws Exception {
    try (TestServer first = TestServer.start();
        TestServer second = first.another()) {
      TestMerchant merchant = merchant(first);
      TestMerchant elsewhere = new TestMerchant(second, merchant.id(), PROGRAM);
      int buyers = 60;
      for (int i = 0; i < buyers; i++) {
        give(merchant, "v" + i, 10);
      }
      Map<String, Integer> outcomes = new ConcurrentHashMap<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(buyers)) {
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < buyers; i++) {
          TestMerchant node = i % 2 == 0 ? merchant : elsewhere;
          String viewer = "v" + i;
          calls.add(threads.submit(() -> outcomes.merge(buy(node, viewer), 1, Integer::sum)));
        }
        for (Future<?> call : calls) {
          call.get();
        }
      }

      assertThat(outcomes).containsOnly(Map.entry("bought", 20), Map.entry("SOLD_OUT", 40));
      int paid = 0;
      for (int i = 0; i < buyers; i++) {
        paid += balance(merchant, "v" + i) == 0 ? 1 : 0;
      }
      assertThat(paid).isEqualTo(20);
      assertThat(item(merchant, "v0", "rare").getLeft()).isZero();
    }
  }

  private static String buy(TestMerchant merchant, String viewer) {
    try {
      redeem(merchant, viewer, "rare");
      return "bought";
    } catch (StatusRuntimeException e) {
      return reasonOf(e);
    }
  }

  @Test
  void staffSeeTheItemsAndWhatIsLeftWithoutNamingAViewer() {
    TestMerchant merchant = merchant(server);
    give(merchant, "v", 120);
    var unused = redeem(merchant, "v", "rare");
    MallServiceGrpc.MallServiceBlockingStub host =
        MallServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"));
    List<MallItemView> items =
        host.listMallItems(ListMallItemsRequest.getDefaultInstance()).getItemsList();
    assertThat(items).hasSize(6);
    MallItemView rare = items.getLast();
    assertThat(rare.getItem().getId()).isEqualTo("rare");
    assertThat(rare.getLeft()).isEqualTo(19);
    assertThat(rare.getState()).isEqualTo(ItemState.ITEM_STATE_AVAILABLE);
    assertThat(items.getFirst().getAllowed()).as("of nobody in particular").isEqualTo(2);
    assertThat(
            MallServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "w"))
                .listMallItems(ListMallItemsRequest.getDefaultInstance())
                .getItemsCount())
        .as("viewers still mean themselves")
        .isEqualTo(6);
  }

  @Test
  void whatWasSaidForADeliveryIsForgottenInHalfAYearAndTheRedemptionInThree() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      give(merchant, "v", 60);
      redeem(merchant, "v", "mug", Map.of("address", "Road 1"));
      List<RedemptionUpdateResult> unused =
          update(merchant, updateOf("u1", "v", "1", RedemptionState.REDEMPTION_STATE_FULFILLED));
      own.clock().advance(RedemptionPurgeDao.KEEP_DELIVERIES_FOR.minusDays(1));
      redeem(merchant, "v", "mug", Map.of("address", "Road 2"));
      Chores chores = own.instance(Chores.class);
      chores.run(RedemptionPurgeDao.class);
      assertThat(addresses(merchant)).containsExactly("Road 2", "Road 1");

      own.clock().advance(Duration.ofDays(2));
      chores.run(RedemptionPurgeDao.class);
      assertThat(addresses(merchant)).containsExactly("Road 2", "");

      own.clock()
          .advance(RedemptionPurgeDao.KEEP_FOR.minus(RedemptionPurgeDao.KEEP_DELIVERIES_FOR));
      chores.run(RedemptionPurgeDao.class);
      TestMerchant yearsLater = new TestMerchant(own, merchant.id(), PROGRAM);
      assertThat(addresses(yearsLater)).as("the second is not as old").hasSize(1);
    }
  }

  private static List<String> addresses(TestMerchant merchant) {
    return history(merchant, "v").stream()
        .map(redemption -> redemption.getDeliveryMap().getOrDefault("address", ""))
        .toList();
  }

  private static TestMerchant merchant(TestServer server) {
    return new TestMerchant(server, "merchant-" + IDS.incrementAndGet(), PROGRAM);
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

  private static MallServiceGrpc.MallServiceBlockingStub as(TestMerchant merchant, String viewer) {
    return MallServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer));
  }

  private static RedeemItemResponse redeem(TestMerchant merchant, String viewer, String item) {
    return redeem(merchant, viewer, item, Map.of());
  }

  private static RedeemItemResponse redeem(
      TestMerchant merchant, String viewer, String item, Map<String, String> delivery) {
    return as(merchant, viewer)
        .redeemItem(
            RedeemItemRequest.newBuilder()
                .setRequestId("redeem-" + IDS.incrementAndGet())
                .setItemId(item)
                .putAllDelivery(delivery)
                .build());
  }

  private static MallItemView item(TestMerchant merchant, String viewer, String item) {
    return as(merchant, viewer)
        .getMallItem(GetMallItemRequest.newBuilder().setItemId(item).build())
        .getItem();
  }

  private static List<Redemption> history(TestMerchant merchant, String viewer) {
    return as(merchant, viewer)
        .listRedemptions(ListRedemptionsRequest.getDefaultInstance())
        .getRedemptionsList();
  }

  private static List<Redemption> search(TestMerchant merchant, Role role) {
    return MallServiceGrpc.newBlockingStub(merchant.as(role, "someone"))
        .searchRedemptions(SearchRedemptionsRequest.getDefaultInstance())
        .getRedemptionsList();
  }

  private static void cancel(TestMerchant merchant, String viewer, String request, String id) {
    var unused =
        as(merchant, viewer)
            .cancelRedemption(
                CancelRedemptionRequest.newBuilder()
                    .setRequestId(request)
                    .setRedemptionId(id)
                    .build());
  }

  private static List<RedemptionUpdateResult> update(
      TestMerchant merchant, RedemptionUpdate... updates) {
    return MallServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "shop"))
        .updateRedemptions(
            UpdateRedemptionsRequest.newBuilder().addAllUpdates(List.of(updates)).build())
        .getResultsList();
  }

  private static RedemptionUpdate updateOf(
      String request, String viewer, String id, RedemptionState state) {
    return RedemptionUpdate.newBuilder()
        .setRequestId(request)
        .setViewerId(viewer)
        .setRedemptionId(id)
        .setState(state)
        .setReference("parcel")
        .build();
  }
}
