package io.flywheel.fulfillment;

import static io.flywheel.testing.Refusals.assertInvalid;
import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AckGrantsRequest;
import io.flywheel.v1.AckGrantsResponse;
import io.flywheel.v1.DeleteGrantConsumerRequest;
import io.flywheel.v1.DeliveryState;
import io.flywheel.v1.Fulfillment;
import io.flywheel.v1.FulfillmentKind;
import io.flywheel.v1.FulfillmentServiceGrpc;
import io.flywheel.v1.FulfillmentServiceGrpc.FulfillmentServiceBlockingStub;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantConsumer;
import io.flywheel.v1.GrantUpdate;
import io.flywheel.v1.GrantUpdateResult;
import io.flywheel.v1.ListGrantConsumersRequest;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.UpdateGrantsRequest;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchGrantsRequest;
import io.flywheel.v1.WatchGrantsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the platform is to deliver, watched and acknowledged; each test is a merchant of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WatchGrantsTest {
  private static final String PROGRAM =
      """
      name: grants
      tasks:
        - id: coupon
          title: coupon
          trigger: custom
          custom: coupon
          repeat: true
          tiers: [{threshold: 1, rewards: [{coupon: ten-off}]}]
      """;

  private static final AtomicInteger MERCHANTS = new AtomicInteger();

  private TestServer server;
  private TestMerchant merchant;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() {
    merchant = new TestMerchant(server, "merchant-" + MERCHANTS.incrementAndGet(), PROGRAM);
  }

  @Test
  void aConsumerThatCrashesOftenGetsEveryGrantAndEachViewersInOrder() throws Exception {
    List<String> viewers = List.of("anna", "ben", "cleo", "dora");
    int each = 60;
    Watch opened = watch("coupons");
    opened.close(); // registered from now on
    Map<String, List<Long>> got = new HashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (String viewer : viewers) {
        writers.add(
            threads.submit(() -> {
              IntStream.range(0, each).forEach(i -> merchant.report(viewer, "coupon"));
            }));
      }
      Random random = new Random(7);
      int total = 0;
      while (total < viewers.size() * each) {
        // It reads some answers, does the work of some of them, and crashes.
        try (Watch watch = watch("coupons")) {
          int answers = 1 + random.nextInt(6);
          for (int i = 0; i < answers && total < viewers.size() * each; i++) {
            WatchGrantsResponse response = watch.next();
            for (Fulfillment one : response.getFulfillmentsList()) {
              List<Long> numbers =
                  got.computeIfAbsent(one.getViewerId(), unused -> new ArrayList<>());
              long number = one.getGrantIssued().getGrantNumber();
              if (!numbers.contains(number)) { // what it did, it knows by the grant's number
                numbers.add(number);
                total++;
              }
            }
            if (random.nextInt(3) > 0) {
              ack("coupons", response.getCursor());
            }
          }
        }
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(got.keySet()).isEqualTo(Set.copyOf(viewers));
    got.forEach((viewer, numbers) ->
        assertThat(numbers)
            .as(viewer)
            .containsExactlyElementsOf(LongStream.rangeClosed(1, each).boxed().toList()));
  }

  @Test
  void whatIsAcknowledgedDoesNotComeAgainAndALateAcknowledgementTakesNothingBack()
      throws Exception {
    String first;
    String second;
    try (Watch watch = watch("c")) {
      merchant.report("anna", "coupon");
      first = watch.nextWithSome().getCursor();
      merchant.report("ben", "coupon");
      second = watch.nextWithSome().getCursor();
    }
    assertThat(ack("c", second).getAcknowledged()).isTrue();
    assertThat(ack("c", first).getAcknowledged()).isTrue();
    merchant.report("cleo", "coupon");
    try (Watch watch = watch("c")) {
      assertThat(watch.nextWithSome().getFulfillmentsList())
          .extracting(Fulfillment::getViewerId)
          .containsExactly("cleo");
    }
  }

  @Test
  void aNewConsumerBeginsNowOrAtATimeAndMayBeginAgain() throws Exception {
    merchant.report("anna", "coupon");
    server.clock().advance(Duration.ofSeconds(1));
    try (Watch watch = watch("now")) {
      merchant.report("ben", "coupon");
      assertThat(watch.nextWithSome().getFulfillmentsList())
          .extracting(Fulfillment::getViewerId)
          .containsExactly("ben");
      ack("now", watch.last().getCursor());
    }
    WatchGrantsRequest again =
        WatchGrantsRequest.newBuilder()
            .setConsumerId("now")
            .setStartAt(Timestamps.fromMillis(0))
            .setRestart(true)
            .build();
    try (Watch watch = watch(again)) {
      assertThat(watch.nextWithSome().getFulfillmentsList())
          .extracting(Fulfillment::getViewerId)
          .containsExactly("anna", "ben");
    }
  }

  @Test
  void aConsumerChoosesTheKindsThatItIsSent() throws Exception {
    WatchGrantsRequest revoked =
        WatchGrantsRequest.newBuilder()
            .setConsumerId("revoked")
            .addKinds(FulfillmentKind.FULFILLMENT_KIND_GRANT_REVOKED)
            .build();
    try (Watch all = watch("all");
        Watch some = watch(revoked)) {
      some.next(); // it is open
      merchant.report("anna", "coupon");
      assertThat(all.nextWithSome().getFulfillments(0).hasGrantIssued()).isTrue();
      assertThat(some.answers()).isEmpty();
    }
  }

  @Test
  void aStreamGoesOnAfterTheServiceWasRestarted() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant shop = new TestMerchant(own, "shop", PROGRAM);
      try (Watch watch = new Watch(shop, request("c"))) {
        watch.next();
      }
      shop.report("anna", "coupon");
      own.restart();
      TestMerchant again = new TestMerchant(own, "shop", PROGRAM);
      try (Watch watch = new Watch(again, request("c"))) {
        assertThat(watch.nextWithSome().getFulfillments(0).getViewerId()).isEqualTo("anna");
      }
    }
  }

  @Test
  void whatThePlatformSaysOfAGrantIsSeenByItsViewerOnceForEachRequest() {
    merchant.report("anna", "coupon");
    GrantUpdate sent = update("u1", 1, DeliveryState.DELIVERY_STATE_ON_ITS_WAY, "parcel 1");
    GrantUpdateResult first = updated(sent).get(0);
    assertThat(first.getDelivery().getState()).isEqualTo(DeliveryState.DELIVERY_STATE_ON_ITS_WAY);
    server.clock().advance(Duration.ofMinutes(1));
    assertThat(updated(update("u2", 1, DeliveryState.DELIVERY_STATE_DELIVERED, "parcel 1")))
        .allMatch(GrantUpdateResult::hasDelivery);
    assertThat(updated(sent)).containsExactly(first); // a repeat, which does not count as news

    Grant seen =
        ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
            .listGrants(ListGrantsRequest.getDefaultInstance())
            .getGrants(0);
    assertThat(seen.getDelivery().getState()).isEqualTo(DeliveryState.DELIVERY_STATE_DELIVERED);
    assertThat(seen.getDelivery().getReference()).isEqualTo("parcel 1");
  }

  @Test
  void anUpdateThatFailsIsToldByItselfAndKeepsTheCursorFromBeingAcknowledged() throws Exception {
    String cursor;
    try (Watch watch = watch("c")) {
      merchant.report("anna", "coupon");
      cursor = watch.nextWithSome().getCursor();
    }
    AckGrantsResponse refused =
        grants()
            .ackGrants(
                AckGrantsRequest.newBuilder()
                    .setConsumerId("c")
                    .setCursor(cursor)
                    .addUpdates(update("a", 1, DeliveryState.DELIVERY_STATE_DELIVERED, ""))
                    .addUpdates(update("b", 2, DeliveryState.DELIVERY_STATE_DELIVERED, ""))
                    .build());
    assertThat(refused.getAcknowledged()).isFalse();
    assertThat(refused.getResults(0).hasDelivery()).isTrue();
    assertThat(refused.getResults(1).getErrorReason()).isEqualTo("GRANT_NOT_FOUND");
    assertThat(refused.getResults(1).getErrorMessage())
        .isEqualTo("grant_number: 2 (expected: 1 to 1, the viewer's newest)");
    try (Watch watch = watch("c")) {
      assertThat(watch.nextWithSome().getFulfillments(0).getViewerId()).isEqualTo("anna");
    }
  }

  @Test
  void consumersAreListedAndForgotten() throws Exception {
    try (Watch watch = watch("one")) {
      merchant.report("anna", "coupon");
      ack("one", watch.nextWithSome().getCursor());
    }
    watch("two").close();
    assertThat(consumers()).extracting(GrantConsumer::getConsumerId).containsExactly("one", "two");
    assertThat(consumers().get(0).hasAcknowledgedUntil()).isTrue();
    var unused =
        grants()
            .deleteGrantConsumer(
                DeleteGrantConsumerRequest.newBuilder().setConsumerId("one").build());
    assertThat(consumers()).extracting(GrantConsumer::getConsumerId).containsExactly("two");
  }

  @Test
  void nobodyAcknowledgesForAnotherMerchantOrForAConsumerThatIsNotThere() throws Exception {
    TestMerchant other = new TestMerchant(server, "another-merchant", PROGRAM);
    String foreign;
    try (Watch watch = new Watch(other, request("c"))) {
      foreign = watch.next().getCursor();
    }
    String own;
    try (Watch watch = watch("c")) {
      own = watch.next().getCursor();
    }
    for (String cursor : List.of(foreign, "no-cursor!", "AAAA")) {
      assertInvalid(
          "cursor",
          "not one of this merchant's (expected: a cursor that WatchGrants sent)",
          () -> ack("c", cursor));
    }
    assertInvalid(
        "start_at",
        "not a time (expected: a valid timestamp)",
        () ->
            grants()
                .watchGrants(
                    request("late").toBuilder()
                        .setStartAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                        .build())
                .next());
    assertRefused("CONSUMER_NOT_FOUND", () -> ack("nobody", own));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            FulfillmentServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
                .listGrantConsumers(ListGrantConsumersRequest.getDefaultInstance()));
  }

  private Watch watch(String consumerId) throws InterruptedException {
    return watch(request(consumerId));
  }

  private Watch watch(WatchGrantsRequest request) throws InterruptedException {
    return new Watch(merchant, request);
  }

  private static WatchGrantsRequest request(String consumerId) {
    return WatchGrantsRequest.newBuilder().setConsumerId(consumerId).build();
  }

  private FulfillmentServiceBlockingStub grants() {
    return FulfillmentServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"));
  }

  private AckGrantsResponse ack(String consumerId, String cursor) {
    return grants()
        .ackGrants(
            AckGrantsRequest.newBuilder().setConsumerId(consumerId).setCursor(cursor).build());
  }

  private List<GrantConsumer> consumers() {
    return grants()
        .listGrantConsumers(ListGrantConsumersRequest.getDefaultInstance())
        .getConsumersList();
  }

  private List<GrantUpdateResult> updated(GrantUpdate update) {
    return grants()
        .updateGrants(UpdateGrantsRequest.newBuilder().addUpdates(update).build())
        .getResultsList();
  }

  private static GrantUpdate update(String id, long grant, DeliveryState state, String reference) {
    return GrantUpdate.newBuilder()
        .setRequestId(id)
        .setViewerId("anna")
        .setGrantNumber(grant)
        .setState(state)
        .setReference(reference)
        .build();
  }

  /** A stream that is read one answer at a time; open once it is made. */
  private static final class Watch implements AutoCloseable {
    private final StreamClient<WatchGrantsRequest, WatchGrantsResponse> stream =
        new StreamClient<>(1);
    private WatchGrantsResponse last;

    Watch(TestMerchant merchant, WatchGrantsRequest request) throws InterruptedException {
      FulfillmentServiceGrpc.newStub(merchant.as(Role.PLATFORM, "platform"))
          .watchGrants(request, stream);
      last = stream.next();
      assertThat(last.getFulfillmentsList()).as("the first answer").isEmpty();
      stream.answers().add(last);
      stream.call().request(1);
    }

    WatchGrantsResponse next() throws InterruptedException {
      last = stream.next();
      stream.call().request(1);
      return last;
    }

    /** The next answer that brings something. */
    WatchGrantsResponse nextWithSome() throws InterruptedException {
      while (next().getFulfillmentsList().isEmpty()) {}
      return last;
    }

    WatchGrantsResponse last() {
      return last;
    }

    Queue<WatchGrantsResponse> answers() {
      return stream.answers();
    }

    @Override
    public void close() {
      stream.call().cancel("the consumer has crashed", null);
    }
  }
}
