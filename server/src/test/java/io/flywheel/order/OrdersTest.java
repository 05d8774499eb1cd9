package io.flywheel.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.OrderCompletion;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.TicketBalance;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Orders and refunds over the wire and through a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OrdersTest {
  private static final String PROGRAM =
      """
      name: orders
      points: {refund_policy: debt}
      tasks:
        - id: order
          title: order
          trigger: order
          repeat: true
          tiers:
            - threshold: 1
              rewards:
                - points: 100
                - ticket: {lottery_id: wheel, count: 4}
                - coupon: {coupon_id: ten-off, valid_for: 7d}
                - badge: buyer
        - id: receipt
          title: receipt
          trigger: order
          condition: event.ordered.order_id.startsWith("w")
          repeat: true
          tiers:
            - threshold: 1
              rewards:
                - points: {amount: 30, until_completed: {at_most: 10d, otherwise: forfeit}}
                - points: {amount: 7, pending: 1d, until_completed: {}}
        - id: claim
          title: claim
          trigger: order
          payout: on_claim
          tiers: [{threshold: 1, rewards: [{points: 20}]}]
      """;

  private TestServer server;
  private TestMerchant merchant;
  private int merchants;
  private int events;

  @BeforeAll
  void start() throws Exception {
    server =
        TestServer.builder()
            .clock(MutableClock.at("2026-03-02T08:00:00Z"))
            .setting("engine.lanes", 4)
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() {
    merchant =
        new TestMerchant(
            server,
            "merchant-" + ++merchants,
            PROGRAM.replace("payout: on_claim", "payout: at_once"));
  }

  @Test
  void anOrderCountsOnceWhateverEventsTellOfIt() {
    assertThat(tell(ordered("anna", "o1")).getOutcome())
        .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
    EventResult again = tell(ordered("anna", "o1"));
    assertThat(again.getOutcome()).isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
    assertThat(again.getFactsList()).isEmpty();
    List<EventResult> together =
        tell(List.of(ordered("bella", "o1"), ordered("bella", "o1"), ordered("bella", "o2")));
    assertThat(together)
        .extracting(EventResult::getOutcome)
        .containsExactly(
            EventOutcome.EVENT_OUTCOME_ACCEPTED,
            EventOutcome.EVENT_OUTCOME_DUPLICATE,
            EventOutcome.EVENT_OUTCOME_ACCEPTED);
    assertThat(viewer("anna").getProfile().getOrders()).isEqualTo(1);
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(120);
    assertThat(viewer("bella").getProfile().getOrders()).isEqualTo(2);
  }

  @Test
  void aRefundTakesBackInProportionAndSaysSoOnTheGrants() {
    List<Fact> given = tell(ordered("anna", "o1")).getFactsList();
    assertThat(given.stream().filter(Fact::hasPointsBooked))
        .allSatisfy(
            fact -> assertThat(fact.getPointsBooked().getCause().getOrderId()).isEqualTo("o1"));
    tell(refunded("anna", "o1", "r1", 500));
    Viewer half = viewer("anna");
    assertThat(half.getPoints().getBalance()).isEqualTo(60);
    assertThat(half.getTicketsList())
        .containsExactly(TicketBalance.newBuilder().setLotteryId("wheel").setCount(2).build());
    assertThat(revoked(half)).containsExactly("BADGE 0", "COUPON 0", "TICKET 2");
    assertThat(half.getProfile().getOrders()).isEqualTo(1);
    assertThat(half.getProfile().getOrderedMinor()).isEqualTo(500);

    assertThat(tell(refunded("anna", "o1", "r1", 500)).getOutcome())
        .isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
    tell(refunded("anna", "o1", "r2", 500));
    Viewer whole = viewer("anna");
    assertThat(whole.getPoints().getBalance()).isZero();
    assertThat(whole.getTicketsList()).isEmpty();
    assertThat(revoked(whole)).containsExactly("BADGE 0", "COUPON 1", "TICKET 4");
    assertThat(whole.getProfile().getOrders()).isZero();
    assertThat(whole.getProfile().getBadgesList()).containsExactly("buyer");
    assertThat(audit()).isEmpty();
  }

  /** Whether it comes in time, early, twice, after a refund, or not at all. */
  @Test
  void pointsWaitForTheOrderToBeComplete() {
    long base = 120;
    tell(ordered("anna", "w1"));
    assertThat(points("anna")).isEqualTo(List.of(base, 37L));
    assertThat(tell(completed("anna", "w2")).getFactsList()).as("not known yet").isEmpty();
    assertThat(points("anna")).isEqualTo(List.of(base, 37L));
    EventResult complete = tell(completed("anna", "w1"));
    assertThat(complete.getOutcome()).isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
    assertThat(complete.getFactsList().stream().filter(Fact::hasOrderCompleted)).hasSize(1);
    assertThat(points("anna")).as("7 stay pending a day").isEqualTo(List.of(base + 30, 7L));
    EventResult again = tell(completed("anna", "w1"));
    assertThat(again.getOutcome()).isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
    assertThat(points("anna")).isEqualTo(List.of(base + 30, 7L));

    tell(ordered("anna", "w2"));
    assertThat(points("anna")).as("complete before").isEqualTo(List.of(base + 130 + 30, 14L));

    tell(ordered("bella", "w3"));
    tell(refunded("bella", "w3", "r1", 500));
    assertThat(points("bella")).isEqualTo(List.of(60L, 15L + 4L));
    tell(completed("bella", "w3"));
    assertThat(points("bella")).isEqualTo(List.of(75L, 4L));
    tell(ordered("bella", "w4"));
    tell(refunded("bella", "w4", "r2", 1_000));
    tell(completed("bella", "w4"));
    assertThat(points("bella")).as("nothing of it is left").isEqualTo(List.of(75L, 4L));

    tell(completed("bella", "w3"));
    tell(ordered("cleo", "w3"));
    assertThat(points("cleo")).as("of another viewer").isEqualTo(List.of(base, 37L));
    assertThat(audit()).isEmpty();
  }

  private List<Long> points(String viewerId) {
    Viewer viewer = viewer(viewerId);
    return List.of(viewer.getPoints().getBalance(), viewer.getPoints().getPending());
  }

  @Test
  void aRefundOfAnOrderThatIsNotKnownYetWaits() {
    EventResult refund = tell(refunded("anna", "o9", "r1", 1_000));
    assertThat(refund.getOutcome()).isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
    assertThat(refund.getFactsList()).isEmpty();
    List<Fact> facts = tell(ordered("anna", "o9")).getFactsList();
    assertThat(facts.stream().filter(Fact::hasOrderRefunded))
        .singleElement()
        .satisfies(fact -> assertThat(fact.getOrderRefunded().getInFull()).isTrue());
    assertThat(viewer("anna").getPoints().getBalance()).isZero();
    assertThat(viewer("anna").getPoints().getDebt()).isZero();
  }

  @Test
  void ordersAndRefundsInAnyOrderAndInAnyBatchesComeToTheSame() {
    List<Event.Builder> told =
        Stream.of("anna", "bella", "cora", "dora")
            .flatMap(viewer ->
                Stream.of(
                    ordered(viewer, "o1"),
                    ordered(viewer, "o1"),
                    ordered(viewer, "o2"),
                    refunded(viewer, "o1", "r1", 300),
                    refunded(viewer, "o1", "r1", 300),
                    refunded(viewer, "o1", "r2", 201),
                    refunded(viewer, "o2", "r1", 999)))
            .toList();
    for (int seed = 0; seed < 5; seed++) {
      newMerchant();
      Random random = new Random(seed);
      List<Event.Builder> left = new ArrayList<>(told);
      Collections.shuffle(left, random);
      while (!left.isEmpty()) {
        int size = Math.min(left.size(), 1 + random.nextInt(7));
        tell(List.copyOf(left.subList(0, size)));
        left.subList(0, size).clear();
      }
      for (String viewerId : List.of("anna", "bella", "cora", "dora")) {
        Viewer viewer = viewer(viewerId);
        // 501 of 1,000: 50 of 100 points and 2 of 4 tickets go; 999: 99 points and 3 tickets. The
        // 20 points were for whichever order came first, so 10 or 19 of them go.
        assertThat(viewer.getPoints().getBalance())
            .as(viewerId + seed)
            .isIn(50L + 1 + 10, 50L + 1 + 1);
        assertThat(viewer.getTickets(0).getCount()).as(viewerId + seed).isEqualTo(2 + 1);
        assertThat(viewer.getProfile().getOrders()).isEqualTo(2);
      }
      assertThat(audit()).isEmpty();
    }
  }

  @Test
  void whatIsSpentIsOwedAndPaidByTheNextOrder() {
    tell(ordered("anna", "o1"));
    spend("anna", 110);
    tell(refunded("anna", "o1", "r1", 1_000));
    assertThat(viewer("anna").getPoints().getDebt()).isEqualTo(110);
    assertThat(viewer("anna").getPoints().getBalance()).isZero();
    tell(ordered("anna", "o2"));
    assertThat(viewer("anna").getPoints().getDebt()).isEqualTo(10);
    assertThat(viewer("anna").getPoints().getBalance()).isZero();
    assertThat(audit()).isEmpty();
  }

  @Test
  void aRewardThatIsClaimedAfterTheRefundIsTakenBackAtOnce() {
    merchant = new TestMerchant(server, "merchant-" + ++merchants, PROGRAM);
    tell(ordered("anna", "o1"));
    tell(refunded("anna", "o1", "r1", 1_000));
    List<Fact> facts =
        TaskServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
            .claimTaskReward(
                ClaimTaskRewardRequest.newBuilder()
                    .setRequestId("claim")
                    .setTaskId("claim")
                    .build())
            .getFactsList();
    assertThat(facts.stream().filter(Fact::hasPointsBooked))
        .extracting(fact -> fact.getPointsBooked().getKind())
        .containsExactly(
            PointsEntryKind.POINTS_ENTRY_KIND_EARNED, PointsEntryKind.POINTS_ENTRY_KIND_REVOKED);
    assertThat(viewer("anna").getPoints().getBalance()).isZero();
  }

  @Test
  void ordersAreForgottenAfterTheirTimeAndNoSooner() {
    tell(ordered("anna", "o1"));
    tell(ordered("bella", "o1"));
    Instant kept = server.clock().instant().plus(OrderPurgeDao.KEEP_FOR);
    forget(kept);
    assertThat(tell(ordered("anna", "o1")).getOutcome())
        .isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
    forget(kept.plusMillis(1));
    assertThat(tell(ordered("anna", "o1")).getOutcome())
        .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
  }

  private void forget(Instant now) {
    OrderPurgeDao purge = server.instance(OrderPurgeDao.class);
    Optional<byte[]> progress = Optional.of(new byte[0]);
    while (progress.isPresent()) {
      byte[] from = progress.get();
      progress =
          server.instance(Database.class).inTransaction(handle -> purge.step(handle, from, now));
    }
  }

  private static List<String> revoked(Viewer viewer) {
    return viewer.getGrantsList().stream()
        .map(grant -> grant.getReward().getKindCase() + " " + grant.getRevoked())
        .sorted()
        .toList();
  }

  private void spend(String viewerId, int points) {
    PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .adjustPoints(
            AdjustPointsRequest.newBuilder()
                .setRequestId("spend-" + ++events)
                .setViewerId(viewerId)
                .setAmount(-points)
                .setReason("a mug")
                .build());
  }

  private Viewer viewer(String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer();
  }

  private List<String> audit() {
    return server.instance(LedgerAuditDao.class).findings(merchant.id());
  }

  private EventResult tell(Event.Builder event) {
    return tell(List.of(event)).get(0);
  }

  private List<EventResult> tell(List<Event.Builder> told) {
    IngestEventsRequest.Builder request = IngestEventsRequest.newBuilder();
    told.forEach(event -> request.addEvents(event.clone().setEventId("event-" + ++events)));
    List<EventResult> results =
        EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
            .ingestEvents(request.build())
            .getResultsList();
    assertThat(results)
        .allSatisfy(result ->
            assertThat(result.getOutcome()).isNotEqualTo(EventOutcome.EVENT_OUTCOME_REJECTED));
    return results;
  }

  private Event.Builder ordered(String viewerId, String orderId) {
    return event(viewerId)
        .setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(1_000));
  }

  private Event.Builder refunded(String viewerId, String orderId, String refundId, long minor) {
    return event(viewerId)
        .setRefunded(
            Refunded.newBuilder().setOrderId(orderId).setRefundId(refundId).setAmountMinor(minor));
  }

  private Event.Builder completed(String viewerId, String orderId) {
    return event(viewerId).setOrderCompletion(OrderCompletion.newBuilder().setOrderId(orderId));
  }

  private Event.Builder event(String viewerId) {
    return Event.newBuilder()
        .setViewerId(viewerId)
        .setOccurredAt(Timestamps.fromMillis(server.clock().instant().toEpochMilli()));
  }
}
