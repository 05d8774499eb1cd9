package io.flywheel.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CalendarDay;
import io.flywheel.v1.CalendarDayState;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.CheckInServiceGrpc.CheckInServiceBlockingStub;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.MakeUpCheckInRequest;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** CheckInService through a real server; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CheckInServiceTest {
  private static final String DAYS =
      """
      name: days
      time_zone: UTC
      check_in:
        consecutive:
          - {count: 1, rewards: [points: 5]}
          - {count: 2, rewards: [make_up_card: 1]}
          - {count: 3, rewards: [points: 30, freeze: 1]}
        cumulative:
          - {count: 4, rewards: [badge: regular]}
      """;

  private static final String BROADCASTS_ON_ENTER =
      """
      name: broadcasts
      time_zone: UTC
      check_in:
        calendar: broadcasts
        method: on_enter
        consecutive:
          - {count: 1, rewards: [points: 1]}
      """;

  private static final String OUTSIDE =
      "name: outside\ntime_zone: UTC\ncheck_in: {outside_rooms: true}\n";

  private TestServer server;
  private String merchant = "";
  private int requests;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void nameMerchant(TestInfo test) {
    merchant = test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void checkingInInARoomSetsOffTheChainOfRewards() throws Exception {
    apply(DAYS);
    assertThat(refusal(() -> checkIn("mei"))).isEqualTo("NOT_IN_ROOM");

    enter("mei", "room-1", "");
    CheckInResponse first = checkIn("mei");

    assertThat(first.getFactsList())
        .extracting(Fact::getWhatCase)
        .containsExactly(
            Fact.WhatCase.CHECKED_IN, Fact.WhatCase.REWARD_GIVEN, Fact.WhatCase.POINTS_BOOKED);
    assertThat(first.getFacts(0).getCheckedIn().getRoomId()).isEqualTo("room-1");
    assertThat(first.getFacts(2).getPointsBooked().getBalance()).isEqualTo(5);
    assertThat(first.getStanding().getStreak()).isEqualTo(1);
    assertThat(first.getStanding().getCheckedInNow()).isTrue();

    server.restart();
    CheckInResponse again = checkIn("mei");
    assertThat(again.getAlreadyCheckedIn()).isTrue();
    assertThat(again.getFactsList()).isEmpty();
    assertThat(again.getStanding()).isEqualTo(first.getStanding());
    assertThat(viewersView("mei")).isEqualTo(first.getStanding());
  }

  @Test
  void aRepeatedRequestGetsTheFirstAnswer() {
    apply(DAYS);
    enter("mei", "room-1", "");
    CheckInRequest request = CheckInRequest.newBuilder().setRequestId("same").build();
    CheckInResponse first = as("mei").checkIn(request);
    assertThat(as("mei").checkIn(request)).isEqualTo(first);
    assertThat(first.getAlreadyCheckedIn()).isFalse();
    assertThat(
            refusal(() ->
                as("mei")
                    .makeUpCheckIn(
                        MakeUpCheckInRequest.newBuilder()
                            .setRequestId("same")
                            .setDate("2026-03-01")
                            .build())))
        .as("what another method says under the same id")
        .isEqualTo("NO_MAKE_UP_CARD");
  }

  @Test
  void presenceEndsWithSilence() {
    apply(DAYS);
    enter("mei", "room-1", "");
    server.clock().advance(Duration.ofSeconds(91));
    assertThat(refusal(() -> checkIn("mei"))).isEqualTo("NOT_IN_ROOM");
    enter("mei", "room-1", "");
    assertThat(checkIn("mei").getAlreadyCheckedIn()).isFalse();
  }

  @Test
  void aCardEarnedByCheckInMakesUpAMissedDayAndAFreezeCoversOne() {
    apply(DAYS);
    comeOnDays("mei", 1, 1); // two days, of which the second gives a card
    String missed = today().plusDays(1).toString();
    comeOnDays("mei", 2);
    assertThat(viewersView("mei").getStreak()).isEqualTo(1);
    assertThat(viewersView("mei").getMakeUpCards()).isEqualTo(1);
    assertThat(calendarDay("mei", missed).getState())
        .isEqualTo(CalendarDayState.CALENDAR_DAY_STATE_MISSED);
    assertThat(calendarDay("mei", missed).getCanMakeUp()).isTrue();

    CheckInStanding joined = makeUp("mei", missed);

    assertThat(joined.getStreak()).isEqualTo(4);
    assertThat(joined.getMakeUpCards()).isZero();
    assertThat(joined.getFreezes()).as("the third day's").isEqualTo(1);
    assertThat(calendarDay("mei", missed).getState())
        .isEqualTo(CalendarDayState.CALENDAR_DAY_STATE_MADE_UP);
    assertThat(refusal(() -> makeUp("mei", missed))).isEqualTo("DAY_NOT_MISSED");

    comeOnDays("mei", 2);
    assertThat(viewersView("mei").getStreak()).isEqualTo(5);
    assertThat(viewersView("mei").getFreezes()).isZero();
    String dayBefore = today().minusDays(40).toString();
    assertThat(refusal(() -> makeUp("mei", dayBefore))).isEqualTo("DAY_NOT_MISSED");
  }

  @Test
  void withoutACardNothingIsMadeUp() {
    apply(DAYS);
    assertThat(refusal(() -> makeUp("mei", today().minusDays(1).toString())))
        .isEqualTo("NO_MAKE_UP_CARD");
  }

  @Test
  void entersHeardOfLateAndOutOfOrderCountForTheirBroadcasts() {
    apply(BROADCASTS_ON_ENTER);
    Instant now = server.clock().instant();
    for (int show = 0; show < 4; show++) {
      ingest(entered("tom", "show-" + show, now.minus(Duration.ofDays(4 - show))));
    }
    ingest(
        IntStream.of(3, 0, 0, 2, 1)
            .mapToObj(show -> entered("mei", "show-" + show, now.minus(Duration.ofDays(4 - show))))
            .toArray(Event[]::new));
    CheckInStanding standing =
        as("mei")
            .getCheckInCalendar(GetCheckInCalendarRequest.newBuilder().setRoomId("room-1").build())
            .getStanding();
    assertThat(standing.getStreak()).isEqualTo(4);
    assertThat(standing.getCumulative()).isEqualTo(4);
    assertThat(standing.getLatestPeriod()).isEqualTo("broadcast:show-3");
  }

  @Test
  void twoServersGiveEachBroadcastOnePlace() throws Exception {
    apply(BROADCASTS_ON_ENTER);
    int viewers = 8;
    int shows = 12;
    try (TestServer second = server.another();
        ExecutorService threads = Executors.newFixedThreadPool(viewers)) {
      List<Callable<Integer>> lives = new ArrayList<>();
      for (int v = 0; v < viewers; v++) {
        TestServer node = v % 2 == 0 ? server : second;
        String viewer = "viewer-" + v;
        lives.add(() -> {
          RoomServiceGrpc.RoomServiceBlockingStub room =
              RoomServiceGrpc.newBlockingStub(
                  node.channel(server.tokenFor(merchant, Role.PLATFORM, "backend")));
          int checkedIn = 0;
          for (int show = 0; show < shows; show++) {
            EnterRoomRequest enter =
                EnterRoomRequest.newBuilder()
                    .setRequestId("enter-" + show)
                    .setViewerId(viewer)
                    .setRoomId("room-1")
                    .setBroadcastId("show-" + show)
                    .build();
            checkedIn +=
                (int)
                    room.enterRoom(enter).getFactsList().stream()
                        .filter(Fact::hasCheckedIn)
                        .count();
          }
          return checkedIn;
        });
      }
      for (Future<Integer> life : threads.invokeAll(lives)) {
        assertThat(life.get()).isEqualTo(shows);
      }
    }
    Set<CheckInStanding> standings = new HashSet<>();
    for (int v = 0; v < viewers; v++) {
      standings.add(viewersView("viewer-" + v));
    }
    assertThat(standings).as("all came to every show").hasSize(1);
    assertThat(standings.iterator().next().getStreak()).isEqualTo(shows);
  }

  @Test
  void onlyWhoMayChecksIn() {
    apply(OUTSIDE);
    CheckInServiceBlockingStub host = as(Role.HOST, "host");
    CheckInRequest forMei =
        CheckInRequest.newBuilder().setRequestId("r").setViewerId("mei").build();
    assertThat(refusal(() -> host.checkIn(forMei))).isEqualTo("NOT_ALLOWED");
    assertThat(refusal(() -> as("tom").checkIn(forMei))).isEqualTo("NOT_ALLOWED");
    assertThat(as(Role.PLATFORM, "backend").checkIn(forMei).getStanding().getStreak()).isEqualTo(1);
    GetCheckInCalendarRequest read =
        GetCheckInCalendarRequest.newBuilder().setViewerId("mei").build();
    assertThat(host.getCheckInCalendar(read).getStanding().getStreak()).isEqualTo(1);
    assertThat(refusal(() -> host.getCheckInCalendar(read.toBuilder().clearViewerId().build())))
        .isEqualTo("INVALID_FIELD");

    merchant = merchant + "-other";
    apply(OUTSIDE);
    assertThat(as(Role.MERCHANT, "boss").getCheckInCalendar(read).getStanding().getCumulative())
        .as("the same viewer of another merchant")
        .isZero();
  }

  @Test
  void badInputIsToldAndChangesNothing() {
    assertThat(refusal(() -> checkIn("mei"))).isEqualTo("PROGRAM_NOT_FOUND");
    apply("name: nothing\n");
    assertThat(refusal(() -> checkIn("mei"))).isEqualTo("CHECK_IN_NOT_CONFIGURED");
    assertThat(refusal(() -> makeUp("mei", "2026-03-01"))).isEqualTo("CHECK_IN_NOT_CONFIGURED");
    assertThat(refusal(() -> calendar("mei", ""))).isEqualTo("CHECK_IN_NOT_CONFIGURED");
    apply(OUTSIDE);
    for (String date : List.of("", "tomorrow", "2026-02-30", "2026-13-01", "02026-01-01")) {
      assertThat(refusal(() -> makeUp("mei", date))).as(date).isEqualTo("INVALID_FIELD");
    }
    for (String month : List.of("2026", "2026-13", "1999-01", "2199-01")) {
      assertThat(refusal(() -> calendar("mei", month))).as(month).isEqualTo("INVALID_FIELD");
    }
    assertThat(refusal(() -> as("mei").checkIn(CheckInRequest.getDefaultInstance())))
        .isEqualTo("INVALID_FIELD");
    assertThat(calendar("mei", "").get(0).getState())
        .isEqualTo(CalendarDayState.CALENDAR_DAY_STATE_BEFORE_FIRST);
  }

  private void apply(String document) {
    ProgramServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor(merchant, Role.MERCHANT, "boss")))
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId(nextId())
                .setSource(ProgramSource.newBuilder().setDocument(document))
                .build());
  }

  /** Enters a room and checks in so many days after the time before, one after the other. */
  private void comeOnDays(String viewer, int... daysLater) {
    for (int days : daysLater) {
      server.clock().advance(Duration.ofDays(days));
      enter(viewer, "room-1", "");
      assertThat(checkIn(viewer).getAlreadyCheckedIn()).isFalse();
    }
  }

  private void enter(String viewer, String roomId, String broadcastId) {
    RoomServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor(merchant, Role.VIEWER, viewer, roomId, broadcastId)))
        .enterRoom(
            EnterRoomRequest.newBuilder()
                .setRequestId(nextId())
                .setRoomId(roomId)
                .setBroadcastId(broadcastId)
                .build());
  }

  private void ingest(Event... events) {
    IngestEventsResponse response =
        EventServiceGrpc.newBlockingStub(
                server.channel(server.tokenFor(merchant, Role.PLATFORM, "backend")))
            .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(List.of(events)).build());
    assertThat(response.getRejected()).as(response.toString()).isZero();
  }

  private CheckInResponse checkIn(String viewer) {
    return as(viewer).checkIn(CheckInRequest.newBuilder().setRequestId(nextId()).build());
  }

  private CheckInStanding makeUp(String viewer, String date) {
    return as(viewer)
        .makeUpCheckIn(
            MakeUpCheckInRequest.newBuilder().setRequestId(nextId()).setDate(date).build())
        .getStanding();
  }

  private List<CalendarDay> calendar(String viewer, String month) {
    return as(viewer)
        .getCheckInCalendar(GetCheckInCalendarRequest.newBuilder().setMonth(month).build())
        .getDaysList();
  }

  private CalendarDay calendarDay(String viewer, String date) {
    return calendar(viewer, date.substring(0, 7)).stream()
        .filter(day -> day.getDate().equals(date))
        .findFirst()
        .orElseThrow();
  }

  private CheckInStanding viewersView(String viewer) {
    return ViewerServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor(merchant, Role.VIEWER, viewer)))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer()
        .getCheckIn();
  }

  private LocalDate today() {
    return LocalDate.ofInstant(server.clock().instant(), ZoneOffset.UTC);
  }

  private static Event entered(String viewer, String broadcastId, Instant at) {
    return Event.newBuilder()
        .setEventId(viewer + broadcastId)
        .setViewerId(viewer)
        .setRoomId("room-1")
        .setBroadcastId(broadcastId)
        .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
        .setEntered(Entered.getDefaultInstance())
        .build();
  }

  private CheckInServiceBlockingStub as(String viewer) {
    return as(Role.VIEWER, viewer);
  }

  private CheckInServiceBlockingStub as(Role role, String subject) {
    return CheckInServiceGrpc.newBlockingStub(
        server.channel(server.tokenFor(merchant, role, subject)));
  }

  private String nextId() {
    return "request-" + ++requests;
  }

  /** The reason that a refused call names. */
  private static String refusal(ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).as("a refusal").isNotNull();
    Status status = Objects.requireNonNull(StatusProto.fromThrowable(thrown));
    try {
      return status.getDetails(0).unpack(ErrorInfo.class).getReason();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(status.toString(), e);
    }
  }
}
