package io.flywheel.coupon;

import static io.flywheel.testing.Refusals.assertInvalid;
import static io.flywheel.testing.Refusals.assertRefused;
import static io.flywheel.testing.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.CommitListener;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.CodePool;
import io.flywheel.v1.CommitCouponRequest;
import io.flywheel.v1.CommitCouponResponse;
import io.flywheel.v1.Coupon;
import io.flywheel.v1.CouponServiceGrpc;
import io.flywheel.v1.CouponState;
import io.flywheel.v1.Fact;
import io.flywheel.v1.FulfillmentServiceGrpc;
import io.flywheel.v1.GetCouponByCodeRequest;
import io.flywheel.v1.GetPrivilegeRequest;
import io.flywheel.v1.GetPrivilegeResponse;
import io.flywheel.v1.ImportCodesRequest;
import io.flywheel.v1.ImportCodesResponse;
import io.flywheel.v1.ListCodePoolsRequest;
import io.flywheel.v1.ListCouponsRequest;
import io.flywheel.v1.ReleaseCouponRequest;
import io.flywheel.v1.ReserveCouponRequest;
import io.flywheel.v1.ReserveCouponResponse;
import io.flywheel.v1.RevokeCouponRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Coupons as viewers, merchants and checkouts meet them, through a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CouponServiceTest {
  private static final AtomicInteger IDS = new AtomicInteger();

  private static final String PROGRAM =
      """
      name: coupons
      tasks:
        - id: made
          title: Made
          trigger: custom
          custom: made
          repeat: true
          tiers: [{threshold: 1, rewards: [{coupon: {coupon_id: five, title: Five, valid_for: 10d, value_minor: 500}}]}]
        - id: listed
          title: Listed
          trigger: custom
          custom: listed
          repeat: true
          tiers: [{threshold: 1, rewards: [{coupon: {coupon_id: shop, codes: imported}}]}]
        - id: dated
          title: Dated
          trigger: custom
          custom: dated
          tiers:
            - threshold: 1
              rewards:
                - coupon: {coupon_id: eve, valid_for: 30d, ends_at: "2026-03-04T16:00:00Z"}
                - privilege: {privilege_id: first, valid_for: 2d}
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
  void couponsAreForgottenThreeYearsAfterTheyAreOver() {
    TestMerchant merchant = merchant(server);
    Coupon used = given(merchant, "v", "made");
    var unused = given(merchant, "v", "listed"); // it never ends
    assertThat(commit(merchant, used, "o1")).isNotNull();
    Chores chores = server.instance(Chores.class);
    server.clock().advance(CouponPurgeDao.KEEP_FOR.minusDays(1));
    chores.run(CouponPurgeDao.class);
    assertThat(coupons(new TestMerchant(server, merchant.id(), PROGRAM), Role.VIEWER, "v"))
        .hasSize(2);
    server.clock().advance(Duration.ofDays(2));
    chores.run(CouponPurgeDao.class);
    assertThat(coupons(new TestMerchant(server, merchant.id(), PROGRAM), Role.VIEWER, "v"))
        .extracting(Coupon::getCouponId)
        .containsExactly("shop");
    server.clock().advance(CouponPurgeDao.KEEP_FOR.plusDays(1).negated());
  }

  @Test
  void everyCouponHasACodeOfItsOwnThatItsViewerSees() {
    TestMerchant merchant = merchant(server);
    Set<String> codes = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      var unused = merchant.report("v", "made");
    }
    for (Coupon coupon : coupons(merchant, Role.VIEWER, "v")) {
      assertThat(coupon.getCode()).matches("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}");
      assertThat(codes.add(coupon.getCode())).isTrue();
      assertThat(coupon.getTitle().getZh()).isEqualTo("Five");
      assertThat(coupon.getValueMinor()).isEqualTo(500);
    }
    assertThat(codes).hasSize(20);
    assertThat(coupons(merchant, Role.HOST, "host"))
        .extracting(Coupon::getCode)
        .containsOnly("")
        .hasSize(20);
  }

  @Test
  void supportFindsWhoseACodeIsAndHowItStands() {
    TestMerchant merchant = merchant(server);
    Coupon made = given(merchant, "v", "made");
    String typed = made.getCode().toLowerCase(Locale.ROOT).replace("-", " ");
    assertThat(byCode(merchant, Role.MERCHANT, typed)).isEqualTo(made);
    assertThat(commit(merchant, made, "order-1")).isNotNull();
    Coupon used = byCode(merchant, Role.PLATFORM, made.getCode());
    assertThat(used.getViewerId()).isEqualTo("v");
    assertThat(used.getState()).isEqualTo(CouponState.COUPON_STATE_USED);
    assertThat(used.getOrderId()).isEqualTo("order-1");

    ImportCodesResponse unused = imported(merchant, "GIFT-1", "GIFT-2");
    Coupon listed = given(merchant, "w", "listed");
    assertThat(byCode(merchant, Role.MERCHANT, " GIFT-1")).isEqualTo(listed);
    assertRefused("COUPON_NOT_FOUND", () -> byCode(merchant, Role.MERCHANT, "GIFT-2"));
    assertRefused("COUPON_NOT_FOUND", () -> byCode(merchant, Role.MERCHANT, "none"));
    TestMerchant another = merchant(server);
    assertRefused("COUPON_NOT_FOUND", () -> byCode(another, Role.MERCHANT, made.getCode()));
    assertRefused("NOT_ALLOWED", () -> byCode(merchant, Role.HOST, made.getCode()));
    assertRefused("NOT_ALLOWED", () -> byCode(merchant, Role.VIEWER, made.getCode()));
    assertRefused("INVALID_FIELD", () -> byCode(merchant, Role.MERCHANT, ""));
  }

  private static Coupon byCode(TestMerchant merchant, Role role, String code) {
    return CouponServiceGrpc.newBlockingStub(merchant.as(role, "v"))
        .getCouponByCode(GetCouponByCodeRequest.newBuilder().setCode(code).build())
        .getCoupon();
  }

  @Test
  void aCouponIsReservedUsedAndGivenBackByItsOrderOnly() {
    TestMerchant merchant = merchant(server);
    Coupon coupon = given(merchant, "v", "made");
    String typed = coupon.getCode().toLowerCase(Locale.ROOT).replace("-", " ");

    ReserveCouponResponse reserved = reserve(merchant, "v", typed, "order-1");
    assertThat(reserved.getCoupon().getState()).isEqualTo(CouponState.COUPON_STATE_RESERVED);
    assertThat(reserved.getCoupon().getCode()).isEqualTo(coupon.getCode());
    assertThat(reserved.getFactsList()).anyMatch(Fact::hasCouponMoved);
    assertRefused("COUPON_NOT_USABLE", () -> reserve(merchant, "v", coupon.getCode(), "order-2"));
    assertRefused("COUPON_NOT_USABLE", () -> commit(merchant, coupon, "order-2"));
    assertRefused("COUPON_NOT_USABLE", () -> release(merchant, coupon, "order-2"));

    assertThat(commit(merchant, coupon, "order-1").getCoupon().getState())
        .isEqualTo(CouponState.COUPON_STATE_USED);
    assertRefused("COUPON_NOT_USABLE", () -> commit(merchant, coupon, "order-1"));
    assertThat(release(merchant, coupon, "order-1").getState())
        .isEqualTo(CouponState.COUPON_STATE_AVAILABLE);
    assertRefused("COUPON_NOT_USABLE", () -> release(merchant, coupon, "order-1"));
    assertThat(commit(merchant, coupon, "order-3").getCoupon().getOrderId()).isEqualTo("order-3");
  }

  @Test
  void theSameRequestUsesACouponOnce() {
    TestMerchant merchant = merchant(server);
    Coupon coupon = given(merchant, "v", "made");
    CommitCouponRequest request =
        CommitCouponRequest.newBuilder()
            .setRequestId("once")
            .setViewerId("v")
            .setNumber(coupon.getNumber())
            .setOrderId("order")
            .build();
    CommitCouponResponse first = platform(merchant).commitCoupon(request);
    assertThat(platform(merchant).commitCoupon(request)).isEqualTo(first);
  }

  @Test
  void of200OrdersAtOnceOneGetsTheCoupon() throws Exception {
    TestMerchant merchant = merchant(server);
    Coupon coupon = given(merchant, "v", "made");
    List<Callable<String>> orders = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String order = "order-" + i;
      orders.add(() -> {
        try {
          return commit(merchant, coupon, order).getCoupon().getOrderId();
        } catch (StatusRuntimeException e) {
          assertThat(reasonOf(e)).isEqualTo("COUPON_NOT_USABLE");
          return "";
        }
      });
    }
    List<String> won = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
      for (Future<String> order : threads.invokeAll(orders)) {
        if (!order.get().isEmpty()) {
          won.add(order.get());
        }
      }
    }
    assertThat(won).hasSize(1);
    assertThat(coupons(merchant, Role.VIEWER, "v").getFirst().getOrderId())
        .isEqualTo(won.getFirst());
  }

  @Test
  void guessingComesToAnEndAndBeginsAnewAfterAnHour() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      Coupon coupon = given(merchant, "v", "made");
      Coupon others = given(merchant, "other", "made");
      for (int i = 0; i < 9; i++) {
        String guess = "AAAA-BBBB-CCCC-000" + i;
        assertRefused("COUPON_NOT_FOUND", () -> reserve(merchant, "v", guess, "order"));
      }
      assertRefused("COUPON_NOT_FOUND", () -> reserve(merchant, "v", others.getCode(), "order"));
      assertRefused("TOO_MANY_GUESSES", () -> reserve(merchant, "v", coupon.getCode(), "order"));
      assertThat(reserve(merchant, "other", others.getCode(), "order").hasCoupon()).isTrue();

      own.clock().advance(Duration.ofHours(1));
      assertThat(reserve(merchant, "v", coupon.getCode(), "order").hasCoupon()).isTrue();
    }
  }

  @Test
  void aRepeatedWrongGuessCountsOnce() {
    TestMerchant merchant = merchant(server);
    Coupon coupon = given(merchant, "v", "made");
    ReserveCouponRequest guess = reservation("v", "NONE-SUCH", "order").build();
    for (int i = 0; i < 20; i++) {
      assertRefused("COUPON_NOT_FOUND", () -> platform(merchant).reserveCoupon(guess));
    }
    assertThat(reserve(merchant, "v", coupon.getCode(), "order").hasCoupon()).isTrue();
  }

  @Test
  void aReservationLapsesAndACouponEndsToTheMillisecond() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      Coupon coupon = given(merchant, "v", "made");
      reserve(merchant, "v", coupon.getCode(), "order-1");
      own.clock().advance(Duration.ofMinutes(15).minusMillis(1));
      assertRefused("COUPON_NOT_USABLE", () -> commit(merchant, coupon, "order-2"));
      own.clock().advance(Duration.ofMillis(1));
      assertThat(reserve(merchant, "v", coupon.getCode(), "order-2").getCoupon().getOrderId())
          .isEqualTo("order-2");
      assertRefused("COUPON_NOT_USABLE", () -> commit(merchant, coupon, "order-1"));
      var unused = release(merchant, coupon, "order-2");

      own.clock().advance(Duration.ofDays(10).minus(Duration.ofMinutes(15)).minusMillis(1));
      assertThat(coupons(merchant, Role.VIEWER, "v").getFirst().getState())
          .isEqualTo(CouponState.COUPON_STATE_AVAILABLE);
      reserve(merchant, "v", coupon.getCode(), "order-3");
      own.clock().advance(Duration.ofMinutes(1));
      assertThat(commit(merchant, coupon, "order-3").getCoupon().getState())
          .as("what was reserved in time can be used")
          .isEqualTo(CouponState.COUPON_STATE_USED);
      assertThat(release(merchant, coupon, "order-3").getState())
          .as("a coupon that was given back ends when it would have ended")
          .isEqualTo(CouponState.COUPON_STATE_EXPIRED);
      assertRefused("COUPON_NOT_USABLE", () -> commit(merchant, coupon, "order-4"));
    }
  }

  @Test
  void anEndIsAnInstantAndAPrivilegeIsHeldUntilItsEnd() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      Coupon coupon = given(merchant, "v", "dated");
      assertThat(Timestamps.toString(coupon.getExpiresAt())).isEqualTo("2026-03-04T16:00:00Z");
      GetPrivilegeResponse first = privilege(merchant, "v");
      assertThat(first.getHeld()).isTrue();
      assertThat(first.getEndsAt().getSeconds())
          .isEqualTo(own.clock().instant().plus(Duration.ofDays(2)).getEpochSecond());
      assertThat(privilege(merchant, "somebody-else").getHeld()).isFalse();
      own.clock().advance(Duration.ofDays(2));
      assertThat(privilege(merchant, "v")).isEqualTo(GetPrivilegeResponse.getDefaultInstance());
      assertRefused(
          "NOT_ALLOWED",
          () ->
              FulfillmentServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "v"))
                  .getPrivilege(
                      GetPrivilegeRequest.newBuilder()
                          .setViewerId("v")
                          .setPrivilegeId("first")
                          .build()));
    }
  }

  @Test
  void theViewerIsToldBeforeTheEndAndAtIt() throws Exception {
    List<Fact> told = Collections.synchronizedList(new ArrayList<>());
    Module listening =
        binder ->
            Multibinder.newSetBinder(binder, CommitListener.class)
                .addBinding()
                .toInstance((action, facts) -> told.addAll(facts));
    try (TestServer own = TestServer.builder().module(listening).start()) {
      TestMerchant merchant = merchant(own);
      Coupon kept = given(merchant, "v", "made");
      Coupon used = given(merchant, "v", "made");
      var unused = commit(merchant, used, "order");
      told.clear();
      own.clock().advance(Duration.ofDays(3));
      merchant.settle();
      own.clock().advance(Duration.ofDays(6));
      merchant.settle();
      own.clock().advance(Duration.ofDays(1));
      merchant.settle();
      assertThat(told.stream().filter(Fact::hasCouponExpiring))
          .extracting(fact -> fact.getCouponExpiring().getNumber())
          .containsExactly(kept.getNumber(), kept.getNumber());
      assertThat(told.stream().filter(Fact::hasCouponMoved))
          .extracting(fact -> fact.getCouponMoved().getState())
          .containsExactly(CouponState.COUPON_STATE_EXPIRED);
    }
  }

  @Test
  void codesOfAListGoOutInTheirOrderAndWhoComesTooEarlyGetsTheNextThatIsTakenIn() {
    TestMerchant merchant = merchant(server);
    assertThat(imported(merchant, "A-0001", "A-0002").getImported()).isEqualTo(2);
    assertThat(imported(merchant, "A-0002", "A-0001").getImported()).isZero();
    for (int i = 0; i < 3; i++) {
      var unused = merchant.report("v" + i, "listed");
    }
    assertThat(codeOf(merchant, "v0")).isEqualTo("A-0001");
    assertThat(codeOf(merchant, "v1")).isEqualTo("A-0002");
    assertThat(codeOf(merchant, "v2")).isEmpty();
    assertThat(pools(merchant))
        .containsExactly(
            CodePool.newBuilder().setCouponId("shop").setImported(2).setGiven(3).build());

    ImportCodesResponse more = imported(merchant, "A-0003", "A-0004", "A-0003");
    assertThat(more.getImported()).isEqualTo(2);
    assertThat(more.getPool().getImported()).isEqualTo(4);
    assertThat(codeOf(merchant, "v2")).isEqualTo("A-0003");
    assertRefused("COUPON_NOT_FOUND", () -> reserve(merchant, "v2", "A-0001", "order"));
    assertRefused("COUPON_NOT_FOUND", () -> reserve(merchant, "v2", "A-0004", "order"));
    assertThat(reserve(merchant, "v2", "A-0003", "order").getCoupon().getCode())
        .isEqualTo("A-0003");
    assertInvalid(
        "codes[1]",
        "the code of another coupon, shop (expected: one that no other coupon has)",
        () ->
            platform(merchant)
                .importCodes(
                    ImportCodesRequest.newBuilder()
                        .setCouponId("another")
                        .addCodes("B-0001")
                        .addCodes("A-0004")
                        .build()));
    assertThat(pools(merchant))
        .as("of a refused list nothing stays")
        .allSatisfy(pool ->
            assertThat(pool.getImported()).isEqualTo(pool.getCouponId().equals("shop") ? 4 : 0));
  }

  @Test
  void twoThatTakeInTheSameCodesAtOnceTakeEachInOnce() throws Exception {
    TestMerchant merchant = merchant(server);
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(() -> imported(merchant, "C-0001", "C-0002", "C-0003").getImported());
    }
    int imported = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> call : threads.invokeAll(calls)) {
        imported += call.get();
      }
    }
    assertThat(imported).isEqualTo(3);
  }

  @Test
  void ofTwoCouponsThatTakeInTheSameCodesAtOnceOneIsToldThatTheyAreTheOthers() throws Exception {
    TestMerchant merchant = merchant(server);
    List<String> codes = IntStream.range(0, 200).mapToObj("D-%04d"::formatted).toList();
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ImportCodesRequest request =
          ImportCodesRequest.newBuilder().setCouponId("coupon-" + i).addAllCodes(codes).build();
      calls.add(() -> {
        try {
          return Integer.toString(platform(merchant).importCodes(request).getImported());
        } catch (StatusRuntimeException e) {
          return reasonOf(e);
        }
      });
    }
    List<String> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<String> call : threads.invokeAll(calls)) {
        answers.add(call.get());
      }
    }
    assertThat(answers).containsOnlyOnce("200").containsOnly("200", "INVALID_FIELD");
  }

  @Test
  void whatIsTakenBackCanNotBeUsedAndOtherCouponsStay() {
    TestMerchant merchant = merchant(server);
    Coupon other = given(merchant, "v", "made");
    Coupon coupon = given(merchant, "v", "made");
    reserve(merchant, "v", coupon.getCode(), "order");
    assertThat(revoke(merchant, coupon).getState()).isEqualTo(CouponState.COUPON_STATE_REVOKED);
    assertRefused("COUPON_NOT_USABLE", () -> commit(merchant, coupon, "order"));
    assertRefused("COUPON_NOT_USABLE", () -> revoke(merchant, coupon));
    assertThat(commit(merchant, other, "order").getCoupon().getState())
        .isEqualTo(CouponState.COUPON_STATE_USED);
    assertRefused("COUPON_NOT_USABLE", () -> revoke(merchant, other));
  }

  @Test
  void onlyThePlatformUsesCoupons() {
    TestMerchant merchant = merchant(server);
    Coupon coupon = given(merchant, "v", "made");
    CouponServiceGrpc.CouponServiceBlockingStub viewer =
        CouponServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "v"));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            viewer.commitCoupon(
                CommitCouponRequest.newBuilder()
                    .setRequestId("mine")
                    .setViewerId("v")
                    .setNumber(coupon.getNumber())
                    .setOrderId("order")
                    .build()));
    assertRefused(
        "NOT_ALLOWED",
        () -> viewer.listCoupons(ListCouponsRequest.newBuilder().setViewerId("w").build()));
    assertRefused(
        "NOT_ALLOWED", () -> viewer.listCodePools(ListCodePoolsRequest.getDefaultInstance()));
  }

  private static TestMerchant merchant(TestServer server) {
    return new TestMerchant(server, "coupons-" + IDS.incrementAndGet(), PROGRAM);
  }

  /** Lets a viewer earn a coupon, and returns it. */
  private static Coupon given(TestMerchant merchant, String viewer, String custom) {
    assertThat(merchant.report(viewer, custom)).anyMatch(Fact::hasGrantIssued);
    return coupons(merchant, Role.VIEWER, viewer).getFirst();
  }

  private static List<Coupon> coupons(TestMerchant merchant, Role role, String subject) {
    return CouponServiceGrpc.newBlockingStub(merchant.as(role, subject))
        .listCoupons(
            ListCouponsRequest.newBuilder()
                .setViewerId(role == Role.VIEWER ? "" : "v")
                .setPageSize(100)
                .build())
        .getCouponsList();
  }

  private static String codeOf(TestMerchant merchant, String viewer) {
    return coupons(merchant, Role.VIEWER, viewer).getFirst().getCode();
  }

  private static CouponServiceGrpc.CouponServiceBlockingStub platform(TestMerchant merchant) {
    return CouponServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "shop"));
  }

  private static ReserveCouponRequest.Builder reservation(
      String viewer, String code, String order) {
    return ReserveCouponRequest.newBuilder()
        .setRequestId("reserve-" + IDS.incrementAndGet())
        .setViewerId(viewer)
        .setCode(code)
        .setOrderId(order);
  }

  private static ReserveCouponResponse reserve(
      TestMerchant merchant, String viewer, String code, String order) {
    return platform(merchant).reserveCoupon(reservation(viewer, code, order).build());
  }

  private static CommitCouponResponse commit(TestMerchant merchant, Coupon coupon, String order) {
    return platform(merchant)
        .commitCoupon(
            CommitCouponRequest.newBuilder()
                .setRequestId("commit-" + IDS.incrementAndGet())
                .setViewerId(coupon.getViewerId())
                .setNumber(coupon.getNumber())
                .setOrderId(order)
                .build());
  }

  private static Coupon release(TestMerchant merchant, Coupon coupon, String order) {
    return platform(merchant)
        .releaseCoupon(
            ReleaseCouponRequest.newBuilder()
                .setRequestId("release-" + IDS.incrementAndGet())
                .setViewerId(coupon.getViewerId())
                .setNumber(coupon.getNumber())
                .setOrderId(order)
                .build())
        .getCoupon();
  }

  private static Coupon revoke(TestMerchant merchant, Coupon coupon) {
    return platform(merchant)
        .revokeCoupon(
            RevokeCouponRequest.newBuilder()
                .setRequestId("revoke-" + IDS.incrementAndGet())
                .setViewerId(coupon.getViewerId())
                .setNumber(coupon.getNumber())
                .setReason("a mistake")
                .build())
        .getCoupon();
  }

  private static ImportCodesResponse imported(TestMerchant merchant, String... codes) {
    return platform(merchant)
        .importCodes(
            ImportCodesRequest.newBuilder()
                .setCouponId("shop")
                .addAllCodes(List.of(codes))
                .build());
  }

  private static List<CodePool> pools(TestMerchant merchant) {
    return platform(merchant)
        .listCodePools(ListCodePoolsRequest.getDefaultInstance())
        .getPoolsList();
  }

  private static GetPrivilegeResponse privilege(TestMerchant merchant, String viewer) {
    return FulfillmentServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "shop"))
        .getPrivilege(
            GetPrivilegeRequest.newBuilder().setViewerId(viewer).setPrivilegeId("first").build());
  }
}
