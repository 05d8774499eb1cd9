package io.flywheel.fulfillment.webhook;

import static io.flywheel.testing.Refusals.assertInvalid;
import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.flywheel.engine.JournalReader;
import io.flywheel.fulfillment.webhook.Receiver.Answer;
import io.flywheel.fulfillment.webhook.Receiver.Message;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.DeleteWebhookEndpointRequest;
import io.flywheel.v1.DropWebhookMessagesRequest;
import io.flywheel.v1.FulfillmentKind;
import io.flywheel.v1.GetWebhookSecretsRequest;
import io.flywheel.v1.ListWebhookEndpointsRequest;
import io.flywheel.v1.ListWebhookMessagesRequest;
import io.flywheel.v1.ListWebhookMessagesResponse;
import io.flywheel.v1.ResendWebhookMessagesRequest;
import io.flywheel.v1.RotateWebhookSecretRequest;
import io.flywheel.v1.SaveWebhookEndpointRequest;
import io.flywheel.v1.WebhookEndpoint;
import io.flywheel.v1.WebhookMessage;
import io.flywheel.v1.WebhookMessageRange;
import io.flywheel.v1.WebhookMessageState;
import io.flywheel.v1.WebhookSecret;
import io.flywheel.v1.WebhookServiceGrpc;
import io.flywheel.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Webhooks to a receiver that crashes, stalls and answers wrongly; each test is a merchant. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebhookTest {
  private static final AtomicInteger MERCHANTS = new AtomicInteger();

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

  private TestServer server;
  private TestMerchant merchant;
  private Receiver receiver;

  @BeforeAll
  void start() throws Exception {
    server = start(MutableClock.at("2026-03-02T08:00:00Z"));
  }

  private static TestServer start(MutableClock clock) throws Exception {
    return TestServer.builder()
        .clock(clock)
        .setting("webhook.allow-private-targets", true)
        .setting("webhook.timeout", "2s")
        .start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() throws Exception {
    merchant = new TestMerchant(server, "merchant-" + MERCHANTS.incrementAndGet(), PROGRAM);
    receiver = new Receiver();
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  /** The library takes signatures of the last minutes only. */
  private TestServer startNow() throws Exception {
    TestServer own = start(new MutableClock(Instant.now()));
    merchant = new TestMerchant(own, "now", PROGRAM);
    save();
    return own;
  }

  @Test
  void aMessageSaysWhatWasGrantedAndTheStandardsOwnLibraryAcceptsItsSignature() throws Exception {
    try (TestServer own = startNow()) {
      assertThat(own).isNotNull();
      aMessageIsSignedAsTheStandardSays();
    }
  }

  private void aMessageIsSignedAsTheStandardSays() throws Exception {
    merchant.report("anna", "coupon");
    await(() -> receiver.taken().size() == 1);
    Message message = receiver.taken().get(0);
    assertThat(message.path()).isEqualTo("/hooks?from=flywheel");
    assertThat(message.header("content-type")).startsWith("application/json");
    assertThat(message.body()).startsWith("{\"type\":\"grant.issued\",\"timestamp\":\"20");
    assertThat(message.viewerId()).isEqualTo("anna");
    assertThat(message.grantNumber()).isEqualTo(1);
    String secret = secrets().get(0).getSecret();
    new Webhook(secret).verify(message.body(), message.headers());
    assertThatThrownBy(() ->
            new Webhook(secret).verify(message.body().replace("anna", "bert"), message.headers()))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void bothSecretsSignUntilTheFormerOneEndsAndARepeatedRotationMakesNoThird() throws Exception {
    try (TestServer own = startNow()) {
      secretsChange(own.clock());
    }
  }

  private void secretsChange(MutableClock clock) throws Exception {
    String former = secrets().get(0).getSecret();
    RotateWebhookSecretRequest rotate =
        RotateWebhookSecretRequest.newBuilder()
            .setRequestId("rotate")
            .setEndpointId("platform")
            .setKeepFormer(Durations.fromMinutes(2))
            .build();
    List<WebhookSecret> both = webhooks().rotateWebhookSecret(rotate).getSecretsList();
    assertThat(webhooks().rotateWebhookSecret(rotate).getSecretsList()).isEqualTo(both);
    assertThat(both).hasSize(2);
    assertThat(both.get(1).getSecret()).isEqualTo(former);
    String fresh = both.get(0).getSecret();

    merchant.report("anna", "coupon");
    await(() -> receiver.taken().size() == 1);
    Message first = receiver.taken().get(0);
    for (String secret : List.of(former, fresh)) {
      new Webhook(secret).verify(first.body(), first.headers());
    }
    clock.advance(Duration.ofMinutes(2));
    merchant.report("anna", "coupon");
    await(() -> receiver.taken().size() == 2);
    Message second = receiver.taken().get(1);
    new Webhook(fresh).verify(second.body(), second.headers());
    assertThat(Splitter.on(' ').splitToList(second.header("webhook-signature")))
        .as("signatures")
        .hasSize(1);
    assertThat(secrets()).extracting(WebhookSecret::getSecret).containsExactly(fresh);
  }

  @Test
  void aReceiverThatCrashesStallsAndAnswersWronglyGetsEachGrantOnceAndEachViewersInOrder()
      throws Exception {
    save();
    Random random = new Random(5);
    receiver.answer(unused -> {
      synchronized (random) {
        return switch (random.nextInt(6)) {
          case 0 -> Answer.of(0);
          case 1 -> Answer.of(500);
          case 2 -> new Answer(302, Map.of("location", receiver.url()));
          default -> Answer.OK;
        };
      }
    });
    List<String> viewers = List.of("anna", "ben", "cleo");
    int each = 12;
    for (int i = 0; i < each; i++) {
      viewers.forEach(viewer -> merchant.report(viewer, "coupon"));
    }
    await(() -> {
      server.clock().advance(Duration.ofSeconds(7)); // longer than the first pause
      return receiver.taken().size() >= viewers.size() * each && endpoint().getWaiting() == 0;
    });
    for (String viewer : viewers) {
      assertThat(receiver.taken())
          .filteredOn(message -> message.viewerId().equals(viewer))
          .extracting(Message::grantNumber)
          .as(viewer)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, each).boxed().toList());
    }
    assertThat(receiver.tried()).hasSizeGreaterThan(receiver.taken().size());
    assertThat(receiver.taken().stream().map(Message::id).distinct()).hasSize(36);
  }

  @Test
  void aReceiverThatNeverAnswersIsGivenUpAfterTheTimeout() throws Exception {
    save();
    receiver.answer(unused -> {
      try {
        Thread.sleep(Duration.ofSeconds(30));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Answer.OK;
    });
    merchant.report("anna", "coupon");
    await(() -> message(0).getAttempts() == 1);
    assertThat(message(0).getLastStatus()).isZero();
    assertThat(message(0).getLastError()).contains("ResponseTimeout");
    assertThat(message(0).getState()).isEqualTo(WebhookMessageState.WEBHOOK_MESSAGE_STATE_WAITING);
  }

  @Test
  void aDeadLetterStopsItsViewerAloneUntilItIsSentAgainOrDropped() throws Exception {
    save();
    receiver.answer(message -> message.viewerId().equals("poison") ? Answer.of(500) : Answer.OK);
    merchant.report("poison", "coupon");
    merchant.report("poison", "coupon");
    merchant.report("anna", "coupon");
    await(() -> {
      server.clock().advance(Duration.ofHours(30)); // longer than the longest pause
      return endpoint().getDead() == 1;
    });
    assertThat(receiver.taken()).extracting(Message::viewerId).containsExactly("anna");
    assertThat(receiver.tried()).hasSize(1 + 11);
    assertThat(endpoint().getWaiting()).as("what is behind it").isEqualTo(1);
    WebhookMessage dead = messages(WebhookMessageState.WEBHOOK_MESSAGE_STATE_DEAD).getMessages(0);
    assertThat(dead.getAttempts()).isEqualTo(11);
    assertThat(dead.getLastStatus()).isEqualTo(500);
    assertThat(dead.getBody()).contains("\"poison\"");

    merchant.report("anna", "coupon");
    await(() -> receiver.taken().size() == 2);
    receiver.answer(unused -> Answer.OK);
    assertThat(resend(dead.getMessageId())).isEqualTo(1);
    await(() -> receiver.taken().size() == 4);
    assertThat(receiver.taken())
        .filteredOn(message -> message.viewerId().equals("poison"))
        .extracting(Message::grantNumber)
        .containsExactly(1L, 2L);
  }

  @Test
  void aDroppedMessageLetsThoseBehindItGo() throws Exception {
    save();
    receiver.answer(message -> message.grantNumber() == 1 ? Answer.of(400) : Answer.OK);
    merchant.report("anna", "coupon");
    merchant.report("anna", "coupon");
    await(() -> {
      server.clock().advance(Duration.ofHours(30));
      return endpoint().getDead() == 1;
    });
    String dead =
        messages(WebhookMessageState.WEBHOOK_MESSAGE_STATE_DEAD).getMessages(0).getMessageId();
    DropWebhookMessagesRequest drop =
        DropWebhookMessagesRequest.newBuilder()
            .setEndpointId("platform")
            .addMessageIds(dead)
            .build();
    assertThat(webhooks().dropWebhookMessages(drop).getDropped()).isEqualTo(1);
    assertThat(webhooks().dropWebhookMessages(drop).getDropped()).isZero();
    await(() -> receiver.taken().size() == 1);
    assertThat(receiver.taken().get(0).grantNumber()).isEqualTo(2);
  }

  @Test
  void aRangeIsSentAgainUnderTheSameIds() throws Exception {
    save();
    merchant.report("anna", "coupon");
    merchant.report("ben", "coupon");
    await(() -> endpoint().getWaiting() == 0 && receiver.taken().size() == 2);
    Instant now = server.clock().instant();
    WebhookMessageRange range =
        WebhookMessageRange.newBuilder()
            .setFrom(Timestamps.fromMillis(now.minusSeconds(1).toEpochMilli()))
            .setUntil(Timestamps.fromMillis(now.plusSeconds(1).toEpochMilli()))
            .setState(WebhookMessageState.WEBHOOK_MESSAGE_STATE_DELIVERED)
            .build();
    ResendWebhookMessagesRequest resend =
        ResendWebhookMessagesRequest.newBuilder().setEndpointId("platform").setRange(range).build();
    assertThat(webhooks().resendWebhookMessages(resend).getResent()).isEqualTo(2);
    await(() -> receiver.taken().size() == 4);
    assertThat(receiver.taken().stream().map(Message::id).distinct()).hasSize(2);
    Timestamp never = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
    assertInvalid(
        "range.until",
        "not a time (expected: a valid timestamp)",
        () ->
            webhooks()
                .resendWebhookMessages(
                    resend.toBuilder().setRange(range.toBuilder().setUntil(never)).build()));
  }

  @Test
  void goneSwitchesTheEndpointOffAndNothingIsLostUntilItIsOnAgain() throws Exception {
    save();
    receiver.answer(unused -> Answer.of(410));
    merchant.report("anna", "coupon");
    await(() -> !endpoint().getEnabled());
    assertThat(endpoint().getDisabledReason()).isEqualTo("the endpoint answered 410 Gone");
    merchant.report("ben", "coupon");
    receiver.answer(unused -> Answer.OK);
    save();
    assertThat(endpoint().getDisabledReason()).isEmpty();
    await(() -> {
      server.clock().advance(Duration.ofSeconds(7));
      return receiver.taken().size() == 2;
    });
    assertThat(receiver.taken())
        .extracting(Message::viewerId)
        .containsExactlyInAnyOrder("anna", "ben");
  }

  @Test
  void anEndpointThatIsSwitchedOffAndOnGoesOnAtOnce() throws Exception {
    save();
    merchant.report("anna", "coupon");
    await(() -> receiver.taken().size() == 1);
    var unused = webhooks().saveWebhookEndpoint(request().setEnabled(false).build());
    merchant.report("ben", "coupon");
    assertThat(endpoint().getEnabled()).isFalse();
    save();
    // The clock stands still, so that no lease lapses meanwhile. What was not noted when it was
    // switched off is sent again.
    await(() -> hasTaken("ben"));
  }

  @Test
  void anEndpointThatHasTooMuchIsLeftAloneForAsLongAsItAsks() throws Exception {
    save();
    receiver.answer(unused -> new Answer(429, Map.of("retry-after", "600")));
    merchant.report("anna", "coupon");
    await(() -> message(0).getAttempts() == 1);
    assertThat(message(0).getNextAttemptAt())
        .isEqualTo(Timestamps.fromMillis(server.clock().instant().plusSeconds(600).toEpochMilli()));
    receiver.answer(unused -> Answer.OK);
    merchant.report("ben", "coupon");
    await(() -> endpoint().getWaiting() == 2);
    assertThat(receiver.tried()).as("while it asks to be left alone").hasSize(1);
    server.clock().advance(Duration.ofMinutes(10));
    await(() -> receiver.taken().size() == 2);
  }

  @Test
  void twoNodesSendEachMessageOnceAndOneGoesOnWhenTheOtherStops() throws Exception {
    try (TestServer first = start(new MutableClock(Instant.now()));
        TestServer second = first.another()) {
      TestMerchant shop = new TestMerchant(first, "shop", PROGRAM);
      save(shop);
      int before = 20;
      for (int i = 0; i < before; i++) {
        shop.report("viewer-" + i % 4, "coupon");
      }
      await(() -> receiver.taken().size() == before);
      first.stopServer();
      TestMerchant other = new TestMerchant(second, "shop", PROGRAM);
      for (int i = 0; i < before; i++) {
        other.report("viewer-" + i % 4, "coupon");
      }
      await(() -> receiver.taken().size() == 2 * before);
      assertThat(receiver.taken().stream().map(Message::id).distinct())
          .hasSize(receiver.taken().size());
    }
  }

  @Test
  void messagesAreListedPageByPageAndDeliveredOnesAreForgottenInTime() throws Exception {
    save();
    for (int i = 0; i < 5; i++) {
      merchant.report("viewer-" + i, "coupon");
    }
    await(() -> receiver.taken().size() == 5 && endpoint().getWaiting() == 0);
    List<String> listed = new ArrayList<>();
    String token = "";
    do {
      ListWebhookMessagesResponse page =
          webhooks()
              .listWebhookMessages(
                  ListWebhookMessagesRequest.newBuilder()
                      .setEndpointId("platform")
                      .setPageSize(2)
                      .setPageToken(token)
                      .build());
      page.getMessagesList().forEach(message -> listed.add(message.getViewerId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(listed).containsExactly("viewer-4", "viewer-3", "viewer-2", "viewer-1", "viewer-0");

    server.instance(Chores.class).run(MessagePurge.class);
    assertThat(messages(WebhookMessageState.WEBHOOK_MESSAGE_STATE_UNSPECIFIED).getMessagesList())
        .hasSize(5);
    server.clock().advance(Duration.ofDays(8));
    server.instance(Chores.class).run(MessagePurge.class);
    assertThat(messages(WebhookMessageState.WEBHOOK_MESSAGE_STATE_UNSPECIFIED).getMessagesList())
        .isEmpty();
  }

  @Test
  void onlyTheKindsThatAreAskedForAreSent() throws Exception {
    var unused =
        webhooks()
            .saveWebhookEndpoint(
                request().addKinds(FulfillmentKind.FULFILLMENT_KIND_GRANT_REVOKED).build());
    merchant.report("anna", "coupon");
    var unusedToo = webhooks().saveWebhookEndpoint(request().build());
    merchant.report("ben", "coupon");
    await(() -> hasTaken("ben")); // and anna's too, if it was not looked at before
    assertThat(endpoint().getKindsList()).isEmpty();
  }

  @Test
  void whoeverAsksIsToldThatABudgetIsNearlyUsedUpAndUsedUp() throws Exception {
    merchant =
        new TestMerchant(
            server,
            "merchant-" + MERCHANTS.incrementAndGet(),
            """
            name: budget
            budgets: [{id: spring, title: Spring, points: 100}]
            tasks:
              - id: coupon
                title: coupon
                trigger: custom
                custom: coupon
                repeat: true
                tiers: [{threshold: 1, rewards: [{points: 45}]}]
            """);
    var unused =
        webhooks()
            .saveWebhookEndpoint(
                request().addKinds(FulfillmentKind.FULFILLMENT_KIND_BUDGET_REACHED).build());
    merchant.report("anna", "coupon");
    merchant.report("ben", "coupon");
    await(() -> receiver.taken().size() == 1);
    assertThat(receiver.taken().get(0).body())
        .startsWith("{\"type\":\"budget.reached\"")
        .contains("\"budgetId\":\"spring\"", "\"percent\":80");
  }

  @Test
  void whoSavesAnEndpointThatSomebodyElseHasMadeMeanwhileChangesIt() {
    AtomicInteger asked = new AtomicInteger();
    Clock clock =
        new Clock() {
          @Override
          public Instant instant() {
            if (asked.getAndIncrement() == 0) { // after it was looked for, and before it is made
              save();
            }
            return server.clock().instant();
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }
        };
    Endpoints endpoints =
        new Endpoints(
            server.instance(WebhookConfig.class),
            server.instance(Database.class),
            server.instance(JournalReader.class),
            server.instance(EndpointDao.class),
            server.instance(MessageDao.class),
            clock);
    WebhookEndpoint saved =
        endpoints.save(
            new EndpointKey(merchant.id(), "platform"), request().setEnabled(false).build());
    assertThat(saved.getEnabled()).isFalse();
    assertThat(endpoints()).containsExactly(saved);
  }

  @Test
  void endpointsAreFewBelongToOneMerchantAndAreDeletedWhole() throws Exception {
    for (int i = 0; i < 10; i++) {
      var unused = webhooks().saveWebhookEndpoint(request().setEndpointId("endpoint-" + i).build());
    }
    assertRefused("TOO_MANY_CONSUMERS", this::save);
    assertThat(endpoints()).hasSize(10);
    var unused =
        webhooks()
            .deleteWebhookEndpoint(
                DeleteWebhookEndpointRequest.newBuilder().setEndpointId("endpoint-3").build());
    assertThat(endpoints()).hasSize(9);
    assertRefused(
        "ENDPOINT_NOT_FOUND",
        () ->
            webhooks()
                .getWebhookSecrets(
                    GetWebhookSecretsRequest.newBuilder().setEndpointId("endpoint-3").build()));
    TestMerchant other =
        new TestMerchant(server, "merchant-" + MERCHANTS.incrementAndGet(), PROGRAM);
    assertThat(
            webhooks(other)
                .listWebhookEndpoints(ListWebhookEndpointsRequest.getDefaultInstance())
                .getEndpointsList())
        .isEmpty();
    assertRefused(
        "NOT_ALLOWED",
        () ->
            WebhookServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"))
                .listWebhookEndpoints(ListWebhookEndpointsRequest.getDefaultInstance()));
  }

  @Test
  void aPrivateTargetIsRefusedUnlessTheServiceIsSetUpForIt() throws Exception {
    try (TestServer strict = TestServer.start()) {
      TestMerchant shop = new TestMerchant(strict, "shop", PROGRAM);
      assertInvalid(
          "url",
          "\"%s\" (expected: a URL that begins with https://)".formatted(receiver.url()),
          () -> save(shop));
    }
  }

  private void save() {
    save(merchant);
  }

  private void save(TestMerchant of) {
    var unused = webhooks(of).saveWebhookEndpoint(request().build());
  }

  private SaveWebhookEndpointRequest.Builder request() {
    return SaveWebhookEndpointRequest.newBuilder().setEndpointId("platform").setUrl(receiver.url());
  }

  private WebhookServiceBlockingStub webhooks() {
    return webhooks(merchant);
  }

  private static WebhookServiceBlockingStub webhooks(TestMerchant of) {
    return WebhookServiceGrpc.newBlockingStub(of.as(Role.MERCHANT, "owner"));
  }

  private List<WebhookEndpoint> endpoints() {
    return webhooks()
        .listWebhookEndpoints(ListWebhookEndpointsRequest.getDefaultInstance())
        .getEndpointsList();
  }

  private WebhookEndpoint endpoint() {
    return endpoints().get(0);
  }

  private List<WebhookSecret> secrets() {
    return webhooks()
        .getWebhookSecrets(GetWebhookSecretsRequest.newBuilder().setEndpointId("platform").build())
        .getSecretsList();
  }

  private ListWebhookMessagesResponse messages(WebhookMessageState state) {
    return webhooks()
        .listWebhookMessages(
            ListWebhookMessagesRequest.newBuilder()
                .setEndpointId("platform")
                .setState(state)
                .build());
  }

  /** The newest message but so many; one without attempts if there is none yet. */
  private WebhookMessage message(int index) {
    List<WebhookMessage> all =
        messages(WebhookMessageState.WEBHOOK_MESSAGE_STATE_UNSPECIFIED).getMessagesList();
    return index < all.size() ? all.get(index) : WebhookMessage.getDefaultInstance();
  }

  private int resend(String id) {
    return webhooks()
        .resendWebhookMessages(
            ResendWebhookMessagesRequest.newBuilder()
                .setEndpointId("platform")
                .addMessageIds(id)
                .build())
        .getResent();
  }

  private boolean hasTaken(String viewerId) {
    return receiver.taken().stream().anyMatch(message -> message.viewerId().equals(viewerId));
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    await(condition, () -> receiver.tried().size() + " tried, " + receiver.taken().size());
  }

  private static void await(BooleanSupplier condition, Supplier<String> told)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it never came to that: " + told.get());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
