package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Liked;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class EventStreamTest {
  private final Events service = new Events();
  private final LoopbackServer server = new LoopbackServer(service);
  private final FlywheelClient client = server.client().build();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void everyEventIsAnsweredInOrder() {
    List<String> answered = new CopyOnWriteArrayList<>();
    int[] accepted = new int[1];
    try (EventStream stream =
        client
            .eventStream()
            .batchSize(7)
            .onAnswer((events, answer) -> {
              events.forEach(event -> answered.add(event.getEventId()));
              accepted[0] += answer.getAccepted();
            })
            .open()) {
      sendRange(stream, 0, 1_000);
    }
    assertThat(answered).isEqualTo(ids(0, 1_000));
    assertThat(accepted[0]).isEqualTo(1_000);
    assertThat(service.batchSizes).allMatch(size -> size <= 7);
  }

  @Test
  void nothingIsLostOrReorderedWhenTheConnectionBreaks() {
    service.cutAfterEvents = Set.of(50, 60, 333, 700);
    List<String> answered = new CopyOnWriteArrayList<>();
    List<FlywheelException> breaks = new CopyOnWriteArrayList<>();
    try (EventStream stream =
        client
            .eventStream()
            .batchSize(10)
            .onBreak(breaks::add)
            .onAnswer((events, answer) -> events.forEach(event -> answered.add(event.getEventId())))
            .open()) {
      sendRange(stream, 0, 1_000);
    }
    assertThat(answered).isEqualTo(ids(0, 1_000));
    assertThat(new ArrayList<>(service.taken)).isEqualTo(ids(0, 1_000));
    assertThat(service.cuts.get()).isEqualTo(4);
    assertThat(breaks).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void aResetOfTheStreamAloneIsMendedToo() {
    service.resets.add(Status.INTERNAL.withDescription("RST_STREAM").asRuntimeException());
    service.resets.add(
        LoopbackServer.error(Status.Code.UNAVAILABLE, ErrorReason.ERROR_REASON_SHUTTING_DOWN));
    try (EventStream stream = client.eventStream().batchSize(10).open()) {
      sendRange(stream, 0, 100);
    }
    assertThat(new ArrayList<>(service.taken)).isEqualTo(ids(0, 100));
    assertThat(service.resets).isEmpty();
  }

  @Test
  void aServiceThatDoesNotAnswerHoldsTheSenderBack() {
    service.silent = true;
    EventStream stream =
        client
            .eventStream()
            .batchSize(10)
            .maxInFlight(2)
            .patience(300, TimeUnit.MILLISECONDS)
            .open();
    int sent = 0;
    while (stream.offer(event(sent))) {
      sent++;
    }
    assertThat(sent).isEqualTo(30);
    FlywheelException failure =
        catchThrowableOfType(FlywheelException.class, () -> stream.send(event(30)));
    assertThat(failure.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    stream.close();
  }

  @Test
  void aBatchThatIsNotFullLeavesAfterTheLinger() {
    EventStream stream = client.eventStream().linger(10, TimeUnit.MILLISECONDS).open();
    stream.send(event(0));
    Patience.await(() -> service.taken.size() == 1);
    stream.close();
  }

  @Test
  void flushWaitsForEveryAnswer() {
    List<String> answered = new CopyOnWriteArrayList<>();
    try (EventStream stream =
        client
            .eventStream()
            .linger(1, TimeUnit.HOURS)
            .onAnswer((events, answer) -> events.forEach(event -> answered.add(event.getEventId())))
            .open()) {
      sendRange(stream, 0, 3);
      stream.flush();
      assertThat(answered).isEqualTo(ids(0, 3));
    }
  }

  @Test
  void aStreamWithoutEventsOutlivesItsTokens() {
    AtomicLong now = new AtomicLong(1_800_000_000_000L);
    try (FlywheelClient hourly = server.client().time(new ShiftedTime(now::get)).build()) {
      EventStream stream = hourly.eventStream().linger(1, TimeUnit.MILLISECONDS).open();
      for (int hour = 1; hour <= 3; hour++) {
        int opened = hour;
        Patience.await(() -> service.opened.size() == opened);
        now.addAndGet(3_600_000);
        service.opened.get(hour - 1).onError(tokenHasEnded());
      }
      stream.send(event(0));
      stream.flush();
      assertThat(service.taken).containsExactly("e0");
      stream.close();
    }
  }

  @Test
  void aTokenThatIsRefusedTwiceAtOnceEndsTheStream() {
    try (FlywheelClient standing = server.client().time(new ShiftedTime(() -> 0)).build()) {
      EventStream stream = standing.eventStream().open();
      for (int i = 0; i < 2; i++) {
        int opened = i + 1;
        Patience.await(() -> service.opened.size() == opened);
        service.opened.get(i).onError(tokenHasEnded());
      }
      FlywheelException failure =
          catchThrowableOfType(
              FlywheelException.class,
              () -> {
                stream.send(event(0));
                stream.flush();
              });
      assertThat(failure.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
      stream.close();
    }
  }

  private static RuntimeException tokenHasEnded() {
    return LoopbackServer.error(
        Status.Code.UNAUTHENTICATED, ErrorReason.ERROR_REASON_UNAUTHENTICATED);
  }

  @Test
  void aRefusalIsToldOnce() {
    service.resets.add(
        LoopbackServer.error(Status.Code.PERMISSION_DENIED, ErrorReason.ERROR_REASON_NOT_ALLOWED));
    FlywheelException failure =
        catchThrowableOfType(
            FlywheelException.class,
            () -> {
              try (EventStream stream = client.eventStream().open()) {
                sendRange(stream, 0, 10);
                stream.flush();
              }
            });
    assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_NOT_ALLOWED);
    assertThat(failure.getSuppressed()).isEmpty();
  }

  @Test
  void aFailingCallbackEndsTheStream() {
    EventStream stream =
        client
            .eventStream()
            .onAnswer((events, answer) -> {
              throw new IllegalStateException("disk full");
            })
            .open();
    stream.send(event(0));
    assertThat(catchThrowableOfType(FlywheelException.class, stream::flush))
        .hasMessageContaining("disk full")
        .hasCauseInstanceOf(IllegalStateException.class);
    stream.close();
  }

  @Test
  void batchesStayBelowTheServicesLimit() {
    try (EventStream stream = client.eventStream().batchSize(1_000).open()) {
      for (int i = 0; i < 1_000; i++) {
        CustomEvent.Builder large = CustomEvent.newBuilder().setName("large");
        large.putAttributes("text", "x".repeat(8_000));
        stream.send(event(i).toBuilder().setCustom(large).build());
      }
    }
    assertThat(service.taken).hasSize(1_000);
    assertThat(service.largestBatchBytes).isLessThan(4 << 20);
  }

  private static void sendRange(EventStream stream, int from, int to) {
    for (int i = from; i < to; i++) {
      stream.send(event(i));
    }
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "e" + i).collect(Collectors.toList());
  }

  private static Event event(int number) {
    return Event.newBuilder()
        .setEventId("e" + number)
        .setViewerId("v1")
        .setRoomId("r1")
        .setOccurredAt(Timestamp.newBuilder().setSeconds(1_700_000_000L + number))
        .setLiked(Liked.newBuilder().setCount(1))
        .build();
  }

  /** Takes each event once, in the order of arrival; breaks off where it is told to. */
  private final class Events extends EventServiceGrpc.EventServiceImplBase {
    private final Set<String> taken = Collections.synchronizedSet(new LinkedHashSet<>());
    private final List<StreamObserver<StreamEventsResponse>> opened = new CopyOnWriteArrayList<>();
    private final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
    private final List<RuntimeException> resets = new CopyOnWriteArrayList<>();
    private volatile Set<Integer> cutAfterEvents = Set.of();
    private volatile boolean silent;
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile int largestBatchBytes;

    @Override
    public StreamObserver<StreamEventsRequest> streamEvents(
        StreamObserver<StreamEventsResponse> answers) {
      opened.add(answers);
      return new StreamObserver<>() {
        private boolean isCut;

        @Override
        public void onNext(StreamEventsRequest request) {
          if (!resets.isEmpty()) {
            answers.onError(resets.remove(0));
          } else if (!silent && !isCut) {
            take(request);
          }
        }

        private void take(StreamEventsRequest request) {
          int accepted = 0;
          boolean cut = false;
          for (Event event : request.getEventsList()) {
            if (taken.add(event.getEventId())) {
              accepted++;
              cut |= cutAfterEvents.contains(taken.size());
            }
          }
          batchSizes.add(request.getEventsCount());
          largestBatchBytes = Math.max(largestBatchBytes, request.getSerializedSize());
          if (cut) {
            // What still comes in by this connection is not taken, so that each cut is a break.
            isCut = true;
            cuts.incrementAndGet();
            server.cut();
          }
          answers.onNext(
              StreamEventsResponse.newBuilder()
                  .setAccepted(accepted)
                  .setDuplicates(request.getEventsCount() - accepted)
                  .build());
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }
}
