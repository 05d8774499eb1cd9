package io.flywheel.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.Errors;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.Commented;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcServerTest {
  private static final int LIMIT = 4 << 20;
  private static TestServer server;
  private static volatile Function<ActRequest, ActResponse> act =
      request -> ActResponse.getDefaultInstance();

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.builder().module(ProbeService.module(r -> act.apply(r))).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void healthNeedsNoCredentialsAndSaysServingWhileTheDatabaseAnswers() {
    HealthCheckResponse health =
        HealthGrpc.newBlockingStub(server.channelWith(new Metadata()))
            .check(HealthCheckRequest.newBuilder().setService("flywheel.test.Probe").build());
    assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  @Test
  void reflectionNeedsNoCredentialsAndListsTheServices() throws Exception {
    BlockingQueue<Object> answers = new ArrayBlockingQueue<>(4);
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(server.channelWith(new Metadata()))
            .serverReflectionInfo(collector(answers));
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    ServerReflectionResponse answer = (ServerReflectionResponse) answers.poll(10, TimeUnit.SECONDS);
    requests.onCompleted();
    assertThat(answer.getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains("grpc.health.v1.Health");
  }

  @Test
  void aServiceKnowsItsCallerOnItsOwnThread() {
    act =
        request -> {
          Caller caller = Caller.current();
          assertThat(Thread.currentThread().isVirtual()).isTrue();
          throw ServiceException.of(ErrorReason.ERROR_REASON_NOT_ALLOWED, caller.toString());
        };
    Errors errors = Errors.of(() -> act(like()));
    assertThat(errors.message()).startsWith("Caller[merchantId=acme, role=HOST, subject=anna, ");
  }

  @Test
  void everyBrokenRuleIsNamedWithItsFieldAndWhatIsExpected() {
    ActRequest request =
        ActRequest.newBuilder()
            .setRequestId("with blank")
            .setViewerId("viewer 1")
            .setLiked(Liked.newBuilder().setCount(-1))
            .build();
    Errors errors = Errors.of(() -> act(request));
    assertThat(errors.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(errors.reason()).isEqualTo("INVALID_FIELD");
    assertThat(errors.fields())
        .containsExactly(
            "request_id: \"with blank\" (expected: 1 to 128 printable characters without blanks)",
            "viewer_id: \"viewer 1\" (expected: 0 to 64 letters, digits or . _ : @ -)",
            "room_id: \"\" (expected: 1 to 64 letters, digits or . _ : @ -)",
            "liked.count: -1 (expected: 1 to 1000)");
    assertThat(errors.message()).contains("liked.count: -1 (expected: 1 to 1000)");
  }

  @Test
  void aMissingChoiceAndALongTextAreNamed() {
    assertThat(Errors.of(() -> act(like().toBuilder().clearWhat().build())).fields())
        .containsExactly(
            "what: nothing (expected: one of liked, commented, shared, followed, clicked)");
    ActRequest longComment =
        like().toBuilder().setCommented(Commented.newBuilder().setText("x".repeat(1001))).build();
    assertThat(Errors.of(() -> act(longComment)).fields())
        .containsExactly(
            "commented.text: \"%s…\" (1001 characters) (expected: at most 1000 characters)"
                .formatted("x".repeat(64)));
  }

  /** What a reader counts, whatever units the program stores it in. */
  @Test
  void lengthsAreOfCharacters() {
    String emoji = "😀";
    ActRequest longest =
        like().toBuilder()
            .setCommented(Commented.newBuilder().setText(emoji.repeat(1_000)))
            .build();
    assertThat(Errors.of(() -> act(longest)).fields()).isEmpty();
    ActRequest tooLong =
        like().toBuilder()
            .setCommented(Commented.newBuilder().setText(emoji.repeat(1_001)))
            .build();
    assertThat(Errors.of(() -> act(tooLong)).fields())
        .singleElement()
        .asString()
        .contains("(1001 characters)");
  }

  @Test
  void anEmptyListAndAnUnknownChoiceAreNamed() {
    IngestEventsRequest request = IngestEventsRequest.newBuilder().setDetailValue(7).build();
    assertThat(Errors.of(() -> ingest(request)).fields())
        .containsExactly(
            "events: 0 items (expected: 1 to 1000 items)",
            "detail: 7 (expected: one of ANSWER_DETAIL_FACTS, ANSWER_DETAIL_SUMMARY)");
  }

  @Test
  void eventsAreLeftForTheirServiceToCheckOneByOne() {
    IngestEventsRequest request =
        IngestEventsRequest.newBuilder().addEvents(Event.getDefaultInstance()).build();
    assertThat(ingest(request).getAccepted()).isEqualTo(1);
    Validation validation = server.instance(Validation.class);
    assertThat(validation.violations(request.getEvents(0), "events[0]."))
        .extracting(v -> v.getField() + ": " + v.getDescription())
        .contains(
            "events[0].event_id: \"\" (expected: 1 to 128 printable characters without blanks)",
            "events[0].occurred_at: nothing (expected: a value)")
        .anySatisfy(text ->
            assertThat(text).startsWith("events[0].what: nothing (expected: one of entered,"));
  }

  @Test
  void eachMessageOfAStreamIsCheckedAndABadOneEndsIt() throws Exception {
    BlockingQueue<Object> answers = new ArrayBlockingQueue<>(4);
    StreamObserver<StreamEventsRequest> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel().newCall(ProbeService.STREAM, CallOptions.DEFAULT), collector(answers));
    requests.onNext(StreamEventsRequest.newBuilder().addEvents(Event.getDefaultInstance()).build());
    requests.onNext(StreamEventsRequest.getDefaultInstance());
    assertThat(((StreamEventsResponse) answers.poll(10, TimeUnit.SECONDS)).getAccepted())
        .isEqualTo(1);
    Errors errors = Errors.of((Throwable) answers.poll(10, TimeUnit.SECONDS));
    assertThat(errors.reason()).isEqualTo("INVALID_FIELD");
    assertThat(errors.fields()).containsExactly("events: 0 items (expected: 1 to 1000 items)");
  }

  @ParameterizedTest
  @EnumSource(Size.class)
  void whatIsTooLargeIsRefusedWithItsReason(Size size) {
    for (String compression : new String[] {"identity", "gzip"}) {
      CallOptions options = CallOptions.DEFAULT.withCompression(compression);
      byte[] bytes = new byte[size.bytes];
      MethodDescriptor<byte[], byte[]> method = rawAct();
      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> ClientCalls.blockingUnaryCall(channel(), method, options, bytes));
      if (size == Size.FAR_TOO_LARGE) {
        assertThat(failure.getStatus().getCode())
            .as(compression)
            .isEqualTo(io.grpc.Status.Code.RESOURCE_EXHAUSTED);
      } else if (size == Size.TOO_LARGE) {
        Errors errors = Errors.of(failure);
        assertThat(errors.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(errors.reason()).isEqualTo("TOO_LARGE");
        assertThat(errors.message()).contains("expected: at most 4194304 bytes");
      } else {
        assertThat(Errors.of(failure).reason()).isEqualTo("INVALID_FIELD");
      }
    }
  }

  @Test
  void aMessageOfVeryManyPartsIsRefusedBeforeItIsParsed() {
    byte[] emptyEvents = new byte[LIMIT];
    for (int i = 0; i < LIMIT; i += 2) {
      emptyEvents[i] = 10; // events: nothing
    }
    MethodDescriptor<byte[], byte[]> method =
        raw(EventServiceGrpc.getIngestEventsMethod().getFullMethodName());
    Channel platform = server.channel(server.tokenFor("acme", Role.PLATFORM, "anna"));
    Errors errors =
        Errors.of(() ->
            ClientCalls.blockingUnaryCall(platform, method, CallOptions.DEFAULT, emptyEvents));
    assertThat(errors.reason()).isEqualTo("INVALID_FIELD");
    assertThat(errors.message())
        .contains("too many messages within the message (expected: at most 100000)");
  }

  enum Size {
    JUST_RIGHT(LIMIT),
    TOO_LARGE(LIMIT + 1),
    FAR_TOO_LARGE(5 * LIMIT);

    final int bytes;

    Size(int bytes) {
      this.bytes = bytes;
    }
  }

  @Test
  void bytesThatAreNoMessageAreTheCallersMistake() {
    byte[] garbage = ByteString.fromHex("ffffffffffffffffffff").toByteArray();
    Errors errors =
        Errors.of(
            () -> ClientCalls.blockingUnaryCall(channel(), rawAct(), CallOptions.DEFAULT, garbage));
    assertThat(errors.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(errors.reason()).isEqualTo("INVALID_FIELD");
  }

  @Test
  void anUnknownMethodIsNamed() {
    MethodDescriptor<ActRequest, ActResponse> unknown =
        ProbeService.ACT.toBuilder().setFullMethodName("flywheel.v1.NoService/NoMethod").build();
    Errors errors =
        Errors.of(
            () -> ClientCalls.blockingUnaryCall(channel(), unknown, CallOptions.DEFAULT, like()));
    assertThat(errors.code()).isEqualTo(Code.UNIMPLEMENTED);
    assertThat(errors.reason()).isEqualTo("UNKNOWN_METHOD");
    assertThat(errors.message()).contains("flywheel.v1.NoService/NoMethod");
  }

  @Test
  void aDefectIsInternalWithAnIncidentAndTellsNothingElse() {
    act =
        request -> {
          throw new IllegalStateException("the password is swordfish");
        };
    Errors errors = Errors.of(() -> act(like()));
    assertThat(errors.code()).isEqualTo(Code.INTERNAL);
    assertThat(errors.reason()).isEqualTo("INTERNAL");
    assertThat(errors.message())
        .contains(errors.info().getMetadataOrThrow("incident"))
        .doesNotContain("swordfish");
  }

  @Test
  void overloadTellsWhenToTryAgain() {
    act =
        request -> {
          throw ServiceException.overloaded(Duration.ofMillis(1500));
        };
    Errors errors = Errors.of(() -> act(like()));
    assertThat(errors.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(errors.reason()).isEqualTo("OVERLOADED");
    assertThat(Durations.toMillis(errors.retry().orElseThrow().getRetryDelay())).isEqualTo(1500);
  }

  @Test
  void aStopLetsCallsFinishAndTellsStreamsToGoElsewhere() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    TestServer stopping =
        TestServer.builder()
            .module(
                ProbeService.module(request -> {
                  entered.countDown();
                  await(release);
                  return ActResponse.getDefaultInstance();
                }))
            .start();
    try {
      Channel channel = stopping.channel(stopping.tokenFor("acme", Role.HOST, "anna"));
      BlockingQueue<Object> stream = new ArrayBlockingQueue<>(4);
      StreamObserver<StreamEventsRequest> requests =
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(ProbeService.STREAM, CallOptions.DEFAULT), collector(stream));
      requests.onNext(
          StreamEventsRequest.newBuilder().addEvents(Event.getDefaultInstance()).build());
      assertThat(stream.poll(10, TimeUnit.SECONDS)).isInstanceOf(StreamEventsResponse.class);
      BlockingQueue<Object> unary = new ArrayBlockingQueue<>(4);
      ClientCalls.asyncUnaryCall(
          channel.newCall(ProbeService.ACT, CallOptions.DEFAULT), like(), collector(unary));
      await(entered);

      Thread stop = Thread.ofVirtual().start(stopping::stopServer);
      Errors errors = Errors.of((Throwable) stream.poll(10, TimeUnit.SECONDS));
      assertThat(errors.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(errors.reason()).isEqualTo("SHUTTING_DOWN");
      release.countDown();
      assertThat(unary.poll(10, TimeUnit.SECONDS)).isEqualTo(ActResponse.getDefaultInstance());
      assertThat(stop.join(Duration.ofSeconds(20))).isTrue();
    } finally {
      release.countDown();
      stopping.close();
    }
  }

  private static ActRequest like() {
    return ActRequest.newBuilder()
        .setRequestId("request-1")
        .setRoomId("room-1")
        .setLiked(Liked.getDefaultInstance())
        .build();
  }

  private static ActResponse act(ActRequest request) {
    return ClientCalls.blockingUnaryCall(channel(), ProbeService.ACT, CallOptions.DEFAULT, request);
  }

  private static IngestEventsResponse ingest(IngestEventsRequest request) {
    return ClientCalls.blockingUnaryCall(
        channel(), ProbeService.INGEST, CallOptions.DEFAULT, request);
  }

  private static ManagedChannel channel() {
    return server.channel(server.tokenFor("acme", Role.HOST, "anna"));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> StreamObserver<T> collector(BlockingQueue<Object> into) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        into.add(value);
      }

      @Override
      public void onError(Throwable failure) {
        into.add(failure);
      }

      @Override
      public void onCompleted() {
        into.add("completed");
      }
    };
  }

  private static MethodDescriptor<byte[], byte[]> rawAct() {
    return raw(ProbeService.ACT.getFullMethodName());
  }

  private static MethodDescriptor<byte[], byte[]> raw(String method) {
    MethodDescriptor.Marshaller<byte[]> bytes =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            try {
              return stream.readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    return MethodDescriptor.newBuilder(bytes, bytes)
        .setFullMethodName(method)
        .setType(MethodDescriptor.MethodType.UNARY)
        .build();
  }
}
