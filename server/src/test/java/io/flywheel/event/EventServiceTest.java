package io.flywheel.event;

import static io.flywheel.testing.Refusals.assertRefused;
import static io.flywheel.testing.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventError;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.flywheel.v1.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** EventService through a real server; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EventServiceTest {
  private static final String PROGRAM =
      """
      tasks:
      - id: like
        title: Like
        trigger: like
        tiers: [{threshold: 2}]
      """;
  private static final int BATCH = 500;

  private TestServer server;
  private String merchant = "";

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void applyProgram(TestInfo test) {
    merchant = test.getTestMethod().orElseThrow().getName();
    ProgramServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor(merchant, Role.MERCHANT, "m")))
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId("apply")
                .setSource(ProgramSource.newBuilder().setDocument(PROGRAM))
                .build());
  }

  @Test
  void anEventCountsOnceHoweverOftenItComes() {
    Event first = liked("e1").build();
    IngestEventsResponse response = ingest(first, liked("e2").build(), first);
    assertThat(response.getResultsList())
        .extracting(EventResult::getIndex, EventResult::getEventId, EventResult::getOutcome)
        .containsExactly(
            tuple(0, "e1", EventOutcome.EVENT_OUTCOME_ACCEPTED),
            tuple(1, "e2", EventOutcome.EVENT_OUTCOME_ACCEPTED),
            tuple(2, "e1", EventOutcome.EVENT_OUTCOME_DUPLICATE));
    assertThat(response.getResults(1).getFactsList())
        .extracting(Fact::getWhatCase)
        .containsExactly(
            Fact.WhatCase.TASK_PROGRESSED,
            Fact.WhatCase.TIER_REACHED,
            Fact.WhatCase.TASK_COMPLETED);
    assertThat(response.getFactCountsMap())
        .isEqualTo(Map.of("task_progressed", 2L, "tier_reached", 1L, "task_completed", 1L));
    IngestEventsResponse again = ingest(first);
    assertThat(again.getDuplicates()).isEqualTo(1);
    assertThat(again.getAccepted()).isZero();
    assertThat(again.getFactCountsMap()).isEmpty();
  }

  @Test
  void aSummaryHoldsOnlyWhatWasRejected() {
    IngestEventsResponse response =
        as(Role.PLATFORM)
            .ingestEvents(
                IngestEventsRequest.newBuilder()
                    .addEvents(liked("e1"))
                    .addEvents(liked("e2").setViewerId("no blanks"))
                    .addEvents(liked("e1"))
                    .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
                    .build());
    assertThat(response.getResultsList())
        .singleElement()
        .extracting(EventResult::getIndex)
        .isEqualTo(1);
    assertThat(response.getAccepted()).isEqualTo(1);
    assertThat(response.getDuplicates()).isEqualTo(1);
    assertThat(response.getRejected()).isEqualTo(1);
    assertThat(response.getFactCountsMap()).containsEntry("task_progressed", 1L);
  }

  @Test
  void eachEventFailsByItselfAndSaysWhy() {
    Instant now = server.clock().instant();
    IngestEventsResponse response =
        ingest(
            liked("ok").build(),
            liked("e1").setViewerId("no blanks").build(),
            liked("e2").clearWhat().build(),
            liked("e3").clearOccurredAt().build(),
            liked("e4").setOccurredAt(time(now.plusSeconds(301))).build(),
            liked("e5").setOccurredAt(time(now.minus(Duration.ofDays(7)).minusMillis(1))).build(),
            liked("e6").setOccurredAt(Timestamp.newBuilder().setNanos(-1)).build(),
            liked("e7").setLiked(Liked.newBuilder().setCount(1001)).build(),
            liked("e8").setRoomId("").setEntered(Entered.getDefaultInstance()).build(),
            watched("e9", now, now),
            watched("e10", now.minusSeconds(5), now.plusSeconds(1)),
            watched("e11", now.minus(Duration.ofHours(24)).minusMillis(1), now),
            liked("e12").setBroadcastId("day:2026-03-02").build(),
            liked("ok").setRoomId("other").build());
    assertThat(response.getAccepted()).isEqualTo(1);
    assertThat(response.getRejected()).isEqualTo(13);
    assertThat(response.getResultsList().subList(1, 14))
        .extracting(EventResult::getError)
        .extracting(EventError::getReason, EventError::getField)
        .containsExactly(
            tuple("INVALID_FIELD", "events[1].viewer_id"),
            tuple("INVALID_FIELD", "events[2].what"),
            tuple("INVALID_FIELD", "events[3].occurred_at"),
            tuple("EVENT_TIME_OUT_OF_RANGE", "events[4].occurred_at"),
            tuple("EVENT_TIME_OUT_OF_RANGE", "events[5].occurred_at"),
            tuple("INVALID_FIELD", "events[6].occurred_at"),
            tuple("INVALID_FIELD", "events[7].liked.count"),
            tuple("INVALID_FIELD", "events[8].room_id"),
            tuple("INVALID_FIELD", "events[9].watched.ended_at"),
            tuple("INVALID_FIELD", "events[10].watched.ended_at"),
            tuple("INVALID_FIELD", "events[11].watched.started_at"),
            tuple("INVALID_FIELD", "events[12].broadcast_id"),
            tuple("REQUEST_ID_REUSED", ""));
    assertThat(response.getResults(5).getError().getMessage())
        .isEqualTo(
            "2026-02-23T07:59:59.999Z (expected: 2026-02-23T08:00:00Z to 2026-03-02T08:05:00Z)");
  }

  @Test
  void aBackfillTakesEventsOfAnyAgeButNoneOfTheFuture() {
    Instant now = server.clock().instant();
    IngestEventsResponse response =
        as(Role.PLATFORM)
            .ingestEvents(
                IngestEventsRequest.newBuilder()
                    .addEvents(liked("e1").setOccurredAt(time(now.minus(Duration.ofDays(3_000)))))
                    .addEvents(liked("e2").setOccurredAt(time(now.plusSeconds(301))))
                    .addEvents(liked("e3").setOccurredAt(time(Instant.EPOCH.minusMillis(1))))
                    .setBackfill(true)
                    .build());
    assertThat(response.getAccepted()).isEqualTo(1);
    assertThat(response.getRejected()).isEqualTo(2);
  }

  @Test
  void onlyThePlatformsServicesReport() {
    for (Role role : List.of(Role.VIEWER, Role.HOST, Role.MERCHANT)) {
      assertRefused(
          "NOT_ALLOWED",
          () ->
              as(role)
                  .ingestEvents(IngestEventsRequest.newBuilder().addEvents(liked("e1")).build()));
    }
    StreamClient<StreamEventsRequest, StreamEventsResponse> stream = stream(Role.VIEWER, 1);
    assertThat(reasonOf(stream.end().orElseThrow())).isEqualTo("NOT_ALLOWED");
  }

  @Test
  void aCallWithoutEventsOrWithTooManyIsRefusedWhole() {
    assertRefused("INVALID_FIELD", () -> ingest());
    IngestEventsRequest.Builder tooMany = IngestEventsRequest.newBuilder();
    for (int i = 0; i <= 1_000; i++) {
      tooMany.addEvents(liked("e" + i));
    }
    assertRefused("INVALID_FIELD", () -> as(Role.PLATFORM).ingestEvents(tooMany.build()));
    StreamClient<StreamEventsRequest, StreamEventsResponse> stream = stream(Role.PLATFORM, 1);
    stream.call().onNext(StreamEventsRequest.getDefaultInstance());
    assertThat(reasonOf(stream.end().orElseThrow())).isEqualTo("INVALID_FIELD");
  }

  @Test
  void withoutAProgramEveryEventSaysSo() {
    merchant = "nobody";
    assertThat(ingest(liked("e1").build()).getResults(0).getError().getReason())
        .isEqualTo("PROGRAM_NOT_FOUND");
  }

  @Test
  void aStreamIsAnsweredInOrderAndEndsAfterTheLastAnswer() throws InterruptedException {
    StreamClient<StreamEventsRequest, StreamEventsResponse> stream =
        stream(Role.PLATFORM, Integer.MAX_VALUE);
    int batches = 40;
    for (int i = 0; i < batches; i++) {
      stream.call().onNext(batch(i));
    }
    stream.call().onCompleted();
    assertThat(stream.end()).isEmpty();
    assertThat(stream.answers()).hasSize(batches);
    int expected = 0;
    for (StreamEventsResponse response : stream.answers()) {
      assertThat(response.getAccepted()).isEqualTo(BATCH);
      assertThat(response.getResults(0).getEventId()).isEqualTo("e" + expected);
      expected += BATCH;
    }
  }

  @Test
  void whoReadsNoAnswersIsReadFromNoFurther() throws InterruptedException {
    StreamClient<StreamEventsRequest, StreamEventsResponse> stream = stream(Role.PLATFORM, 0);
    int batches = 80;
    for (int i = 0; i < batches; i++) {
      stream.call().onNext(batch(i));
    }
    stream.call().onCompleted();
    // Eight that are not answered, and a mebibyte of answers that the transport takes, some twenty.
    await("eight batches are taken", () -> taken() >= 8 * BATCH);
    long settled = taken();
    for (long next = -1; next != settled; ) {
      next = settled;
      TimeUnit.MILLISECONDS.sleep(300);
      settled = taken();
    }
    assertThat(settled).isLessThan((long) batches / 2 * BATCH);
    stream.call().request(batches);
    assertThat(stream.end()).isEmpty();
    assertThat(stream.answers()).hasSize(batches);
    assertThat(taken()).isEqualTo((long) batches * BATCH);
  }

  @Test
  void whatACancelledStreamSentMayBeSentAgain() throws InterruptedException {
    StreamClient<StreamEventsRequest, StreamEventsResponse> stream = stream(Role.PLATFORM, 1);
    stream.call().onNext(batch(0));
    stream.call().onNext(batch(1));
    await("an answer", () -> !stream.answers().isEmpty());
    stream.call().cancel("gone", null);
    stream.end();
    StreamClient<StreamEventsRequest, StreamEventsResponse> again = stream(Role.PLATFORM, 2);
    again.call().onNext(batch(0));
    again.call().onNext(batch(1));
    again.call().onCompleted();
    again.end();
    assertThat(again.next().getDuplicates()).isEqualTo(BATCH);
    assertThat(taken()).isEqualTo(2 * BATCH);
  }

  private IngestEventsResponse ingest(Event... events) {
    return as(Role.PLATFORM)
        .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(List.of(events)).build());
  }

  private EventServiceGrpc.EventServiceBlockingStub as(Role role) {
    return EventServiceGrpc.newBlockingStub(
        server.channel(server.tokenFor(merchant, role, "somebody")));
  }

  private StreamClient<StreamEventsRequest, StreamEventsResponse> stream(
      Role role, int firstRequests) {
    StreamClient<StreamEventsRequest, StreamEventsResponse> client =
        new StreamClient<>(firstRequests);
    EventServiceGrpc.newStub(server.channel(server.tokenFor(merchant, role, "somebody")))
        .streamEvents(client);
    return client;
  }

  /** How many events of this test's merchant took effect, each of which is of another viewer. */
  private long taken() {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery(
                    """
                    SELECT COUNT(*) FROM viewer
                    WHERE merchant_id = :merchant AND viewer_id LIKE 'viewer%'\
                    """)
                .bind("merchant", merchant)
                .mapTo(Long.class)
                .one());
  }

  /** Each event is of another viewer, and sets off facts that make answers large. */
  private StreamEventsRequest batch(int number) {
    StreamEventsRequest.Builder request = StreamEventsRequest.newBuilder();
    for (int i = number * BATCH; i < (number + 1) * BATCH; i++) {
      request.addEvents(
          liked("e" + i).setViewerId("viewer" + i).setLiked(Liked.newBuilder().setCount(5)));
    }
    return request.build();
  }

  private Event.Builder liked(String eventId) {
    return Event.newBuilder()
        .setEventId(eventId)
        .setViewerId("viewer")
        .setRoomId("room")
        .setOccurredAt(time(server.clock().instant()))
        .setLiked(Liked.getDefaultInstance());
  }

  private Event watched(String eventId, Instant from, Instant to) {
    return liked(eventId)
        .setWatched(Watched.newBuilder().setStartedAt(time(from)).setEndedAt(time(to)))
        .build();
  }

  private static Timestamp time(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
