package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FlywheelClientTest {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final CheckInRequest REQUEST =
      CheckInRequest.newBuilder().setViewerId("v1").build();

  private final CheckIns service = new CheckIns();
  private final LoopbackServer server = new LoopbackServer(service);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aCallIsRepeatedWithTheSameRequestId() {
    service.behave(unavailable(), unavailable(), FlywheelClientTest::answer);
    try (FlywheelClient client = server.client().build()) {
      CheckInResponse response = client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
      assertThat(response.getStanding().getStreak()).isEqualTo(3);
    }
    assertThat(service.requestIds).hasSize(3).doesNotContain("");
    assertThat(service.requestIds.stream().distinct()).hasSize(1);
  }

  @Test
  void twoCallsGetTwoRequestIds() {
    service.behave(FlywheelClientTest::answer, FlywheelClientTest::answer);
    try (FlywheelClient client = server.client().build()) {
      client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
      client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
    }
    assertThat(service.requestIds).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void aRequestIdOfTheCallersIsKept() {
    service.behave(FlywheelClientTest::answer);
    try (FlywheelClient client = server.client().build()) {
      client.call(
          CheckInServiceGrpc.getCheckInMethod(), REQUEST.toBuilder().setRequestId("mine").build());
    }
    assertThat(service.requestIds).containsExactly("mine");
  }

  @Test
  void generatedStubsAreRepeatedToo() {
    service.behave(unavailable(), FlywheelClientTest::answer);
    try (FlywheelClient client = server.client().build()) {
      CheckInResponse response =
          CheckInServiceGrpc.newBlockingStub(client.channel()).checkIn(REQUEST);
      assertThat(response.getStanding().getStreak()).isEqualTo(3);
    }
    assertThat(service.requestIds).hasSize(2);
  }

  @Test
  void aBrokenConnectionIsRepeated() {
    service.behave(observer -> server.cut(), FlywheelClientTest::answer);
    try (FlywheelClient client = server.client().build()) {
      client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
    }
    assertThat(service.requestIds.stream().distinct()).hasSize(1);
  }

  @Test
  void triesAreBounded() {
    service.behave(unavailable(), unavailable(), unavailable(), unavailable());
    RetryPolicy policy = RetryPolicy.standard().maxAttempts(3).backoff(1, 2, TimeUnit.MILLISECONDS);
    try (FlywheelClient client = server.client().retryPolicy(policy).build()) {
      FlywheelException failure = failureOf(client);
      assertThat(failure.code()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_SHUTTING_DOWN);
    }
    assertThat(service.requestIds).hasSize(3);
  }

  @Test
  void theServicesRetryDelayIsWaitedFor() {
    service.behave(overloaded(300), FlywheelClientTest::answer);
    long before = System.nanoTime();
    try (FlywheelClient client = server.client().build()) {
      client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before))
        .isGreaterThanOrEqualTo(300);
  }

  @Test
  void aRetryDelayBeyondTheDeadlineFailsAtOnce() {
    service.behave(overloaded(60_000));
    try (FlywheelClient client = server.client().build()) {
      FlywheelException failure = failureOf(client);
      assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_OVERLOADED);
      assertThat(failure.retryAfterMillis()).hasValue(60_000);
    }
  }

  @Test
  void whatCannotGetBetterIsNotRepeated() {
    service.behave(
        fail(
            LoopbackServer.error(
                Status.Code.RESOURCE_EXHAUSTED, ErrorReason.ERROR_REASON_TOO_LARGE)),
        fail(LoopbackServer.error(Status.Code.ABORTED, ErrorReason.ERROR_REASON_VERSION_CONFLICT)),
        fail(LoopbackServer.error(Status.Code.INTERNAL, ErrorReason.ERROR_REASON_INTERNAL)));
    try (FlywheelClient client = server.client().build()) {
      assertThat(failureOf(client).code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(failureOf(client).code()).isEqualTo(Status.Code.ABORTED);
      assertThat(failureOf(client).code()).isEqualTo(Status.Code.INTERNAL);
    }
    assertThat(service.requestIds).hasSize(3);
  }

  @Test
  void aTryThatHangsIsRepeated() {
    service.behave(observer -> {}, FlywheelClientTest::answer);
    RetryPolicy policy = RetryPolicy.standard().attemptTimeout(200, TimeUnit.MILLISECONDS);
    try (FlywheelClient client = server.client().retryPolicy(policy).build()) {
      client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
    }
    assertThat(service.requestIds).hasSize(2);
  }

  @Test
  void theDeadlineEndsAllTries() {
    service.behave(observer -> {});
    long before = System.nanoTime();
    try (FlywheelClient client = server.client().build()) {
      FlywheelException failure = failureOf(client.withDeadline(300, TimeUnit.MILLISECONDS));
      assertThat(failure.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before)).isBetween(250L, 5_000L);
  }

  @Test
  void errorsNameTheirFields() {
    service.behave(
        fail(
            LoopbackServer.error(
                Status.Code.INVALID_ARGUMENT,
                ErrorReason.ERROR_REASON_INVALID_FIELD,
                ErrorOnTheWire.unknownDetail(),
                ErrorOnTheWire.violation("viewer_id", "(expected: one)"))));
    try (FlywheelClient client = server.client().build()) {
      FlywheelException failure = failureOf(client);
      assertThat(failure).hasMessage("INVALID_FIELD: made up for this test");
      assertThat(failure.fieldViolations())
          .singleElement()
          .hasToString("viewer_id: (expected: one)");
      assertThat(failure.incident()).hasValue("i-1");
      assertThat(failure.retryAfterMillis()).isEmpty();
    }
  }

  @Test
  void detailsThatCannotBeReadHideNoError() {
    Metadata broken = new Metadata();
    broken.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        new byte[] {0x1A, 0x7F, 0x01});
    service.behave(fail(Status.NOT_FOUND.withDescription("no such").asRuntimeException(broken)));
    try (FlywheelClient client = server.client().build()) {
      FlywheelException failure = failureOf(client);
      assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_UNSPECIFIED);
    }
  }

  @Test
  void aRefusedTokenIsReplacedOnce() {
    service.behave(
        unauthenticated(),
        FlywheelClientTest::answer,
        FlywheelClientTest::answer,
        unauthenticated(),
        unauthenticated());
    Iterator<String> tokens = List.of("first", "second", "third").iterator();
    try (FlywheelClient client = server.client().tokens(tokens::next).build()) {
      client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
      client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
      assertThat(failureOf(client).reason()).isEqualTo(ErrorReason.ERROR_REASON_UNAUTHENTICATED);
    }
    assertThat(server.headers.stream().map(headers -> headers.get(AUTHORIZATION)))
        .containsExactly(
            "Bearer first", "Bearer second", "Bearer second", "Bearer second", "Bearer third");
  }

  @Test
  void asynchronousCallsAnswerAndFailTyped() throws Exception {
    service.behave(
        unavailable(), FlywheelClientTest::answer, fail(Status.NOT_FOUND.asRuntimeException()));
    try (FlywheelClient client = server.client().build()) {
      assertThat(
              client
                  .callAsync(CheckInServiceGrpc.getCheckInMethod(), REQUEST)
                  .get()
                  .getStanding()
                  .getStreak())
          .isEqualTo(3);
      CompletableFuture<CheckInResponse> failing =
          client.callAsync(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
      assertThat(catchThrowableOfType(ExecutionException.class, failing::get))
          .hasCauseInstanceOf(FlywheelException.class);
    }
  }

  @Test
  void typedCallsComeInThreeForms() throws Exception {
    service.behave(
        FlywheelClientTest::answer,
        FlywheelClientTest::answer,
        FlywheelClientTest::answer,
        fail(Status.NOT_FOUND.asRuntimeException()));
    CompletableFuture<CheckInResponse> told = new CompletableFuture<>();
    CompletableFuture<CheckInResponse> refused = new CompletableFuture<>();
    try (FlywheelClient flywheel = server.client().build()) {
      CheckInResponse blocking = flywheel.checkIn().checkIn(REQUEST);
      CheckInResponse async = flywheel.checkIn().checkInAsync(REQUEST).get(10, TimeUnit.SECONDS);
      Call unused = flywheel.checkIn().checkIn(REQUEST, into(told));
      assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(blocking).isEqualTo(async);
      Call unusedToo = flywheel.checkIn().checkIn(REQUEST, into(refused));
      assertThat(
              catchThrowableOfType(
                  ExecutionException.class, () -> refused.get(10, TimeUnit.SECONDS)))
          .hasCauseInstanceOf(FlywheelException.class);
    }
    assertThat(service.requestIds).hasSize(4).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void listenersAreCalledByTheAppsExecutor() throws Exception {
    service.behave(FlywheelClientTest::answer);
    CompletableFuture<String> thread = new CompletableFuture<>();
    ExecutorService main = Executors.newSingleThreadExecutor(task -> new Thread(task, "main-ui"));
    try (FlywheelClient flywheel = server.client().callbacks(main).build()) {
      Call unused =
          flywheel
              .checkIn()
              .checkIn(
                  REQUEST,
                  new Answer<>() {
                    @Override
                    public void onAnswer(CheckInResponse answer) {
                      thread.complete(Thread.currentThread().getName());
                    }

                    @Override
                    public void onFailure(FlywheelException failure) {
                      thread.completeExceptionally(failure);
                    }
                  });
      assertThat(thread.get(10, TimeUnit.SECONDS)).isEqualTo("main-ui");
    } finally {
      main.shutdown();
    }
  }

  @Test
  void aTokenIsReplacedBeforeItEnds() {
    service.behave(
        FlywheelClientTest::answer, FlywheelClientTest::answer, FlywheelClientTest::answer);
    AtomicLong now = new AtomicLong(1_000_000_000_000L);
    List<String> given = new CopyOnWriteArrayList<>();
    Supplier<String> tokens =
        () -> {
          String token = Jwts.ending(now.get() + 600_000);
          given.add(token);
          return token;
        };
    try (FlywheelClient client =
        server.client().time(new ShiftedTime(now::get)).tokens(tokens).build()) {
      client.checkIn().checkIn(REQUEST);
      now.addAndGet(100_000);
      client.checkIn().checkIn(REQUEST);
      assertThat(given).hasSize(1);
      now.addAndGet(496_000);
      client.checkIn().checkIn(REQUEST);
      assertThat(given).hasSize(2);
    }
    assertThat(server.headers.stream().map(headers -> headers.get(AUTHORIZATION)))
        .containsExactly(
            "Bearer " + given.get(0), "Bearer " + given.get(0), "Bearer " + given.get(1));
  }

  @Test
  void aTokenThatCannotBeHadIsAskedForAgain() {
    service.behave(FlywheelClientTest::answer);
    Iterator<Supplier<String>> suppliers =
        List.<Supplier<String>>of(
                () -> {
                  throw new IllegalStateException("in a tunnel");
                },
                () -> "fresh")
            .iterator();
    try (FlywheelClient client = server.client().tokens(() -> suppliers.next().get()).build()) {
      client.checkIn().checkIn(REQUEST);
    }
    assertThat(service.requestIds).hasSize(1);
  }

  @Test
  void cancellingTheFutureCancelsTheCall() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    service.behave(observer -> {
      ((ServerCallStreamObserver<CheckInResponse>) observer)
          .setOnCancelHandler(cancelled::countDown);
      arrived.countDown();
    });
    try (FlywheelClient client = server.client().build()) {
      CompletableFuture<CheckInResponse> answer =
          client.callAsync(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      answer.cancel(true);
      assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aCallThatWaitsForItsNextTryEndsWithTheClient() throws Exception {
    service.behave(overloaded(1_000));
    CompletableFuture<CheckInResponse> answer;
    try (FlywheelClient client = server.client().build()) {
      answer = client.callAsync(CheckInServiceGrpc.getCheckInMethod(), REQUEST);
      while (service.requestIds.isEmpty()) {
        Thread.onSpinWait();
      }
    }
    assertThat(
            catchThrowableOfType(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS)))
        .hasCauseInstanceOf(FlywheelException.class);
  }

  private static Answer<CheckInResponse> into(CompletableFuture<CheckInResponse> future) {
    return new Answer<>() {
      @Override
      public void onAnswer(CheckInResponse answer) {
        future.complete(answer);
      }

      @Override
      public void onFailure(FlywheelException failure) {
        future.completeExceptionally(failure);
      }
    };
  }

  private static FlywheelException failureOf(FlywheelClient client) {
    return catchThrowableOfType(
        FlywheelException.class, () -> client.call(CheckInServiceGrpc.getCheckInMethod(), REQUEST));
  }

  private static void answer(StreamObserver<CheckInResponse> observer) {
    CheckInResponse response =
        CheckInResponse.newBuilder().setStanding(CheckInStanding.newBuilder().setStreak(3)).build();
    observer.onNext(response);
    observer.onCompleted();
  }

  private static Behaviour fail(RuntimeException error) {
    return observer -> observer.onError(error);
  }

  private static Behaviour unavailable() {
    return fail(
        LoopbackServer.error(Status.Code.UNAVAILABLE, ErrorReason.ERROR_REASON_SHUTTING_DOWN));
  }

  private static Behaviour unauthenticated() {
    return fail(
        LoopbackServer.error(
            Status.Code.UNAUTHENTICATED, ErrorReason.ERROR_REASON_UNAUTHENTICATED));
  }

  private static Behaviour overloaded(long retryAfterMillis) {
    return fail(
        LoopbackServer.error(
            Status.Code.RESOURCE_EXHAUSTED,
            ErrorReason.ERROR_REASON_OVERLOADED,
            ErrorOnTheWire.retryAfterMillis(retryAfterMillis)));
  }

  private interface Behaviour extends Consumer<StreamObserver<CheckInResponse>> {}

  /** Behaves once in each way that it was told, in order. */
  private static final class CheckIns extends CheckInServiceGrpc.CheckInServiceImplBase {
    private final List<Behaviour> behaviours = new CopyOnWriteArrayList<>();
    private final List<String> requestIds = new CopyOnWriteArrayList<>();

    void behave(Behaviour... inOrder) {
      behaviours.addAll(List.of(inOrder));
    }

    @Override
    public void checkIn(CheckInRequest request, StreamObserver<CheckInResponse> observer) {
      requestIds.add(request.getRequestId());
      behaviours.remove(0).accept(observer);
    }
  }
}
