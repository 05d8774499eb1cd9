package io.flywheel.analytics;

import static io.flywheel.testing.Refusals.assertRefused;
import static io.flywheel.testing.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.JournalPurge;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.FiguresAnew;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.Cohort;
import io.flywheel.v1.DayReport;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.FigureDifference;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetFunnelRequest;
import io.flywheel.v1.GetMerchantReportRequest;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetRetentionRequest;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListAudienceRequest;
import io.flywheel.v1.ListRoomsRequest;
import io.flywheel.v1.ListRoomsResponse;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.ListVisitsRequest;
import io.flywheel.v1.ListVisitsResponse;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.RebuildFiguresResponse;
import io.flywheel.v1.RoomCounts;
import io.flywheel.v1.RoomMinute;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.RoomSummary;
import io.flywheel.v1.SearchVisitsRequest;
import io.flywheel.v1.SearchVisitsResponse;
import io.flywheel.v1.Shared;
import io.flywheel.v1.SummarizeAudienceRequest;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.Visit;
import io.flywheel.v1.VisitFigure;
import io.flywheel.v1.WatchRoomRequest;
import io.flywheel.v1.WatchTimePoint;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RoomFiguresTest {
  private TestServer server;
  private Show show;

  /** Whether the journal and the tables may differ at the end of a test. */
  private boolean comparesByItself;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
    show = Show.open(server, "m");
  }

  /** Whatever a test has made happen, the journal alone says the same of it. */
  @AfterEach
  void theJournalAloneGivesTheSame() {
    try {
      if (!comparesByItself) {
        var unused = FiguresAnew.assertSame(show.as(Role.MERCHANT, "owner"));
      }
    } finally {
      server.close();
    }
  }

  @Test
  void aRoomWhereNothingHappenedHasFiguresOfZero() {
    RoomReport report = show.report("room", "");
    assertThat(report.getBroadcastId()).isEmpty();
    assertThat(report.hasStartedAt()).isFalse();
    assertThat(report.getViewers()).isZero();
    assertThat(report.getTotals()).isEqualTo(RoomCounts.getDefaultInstance());
    assertThat(report.getMinutesList()).isEmpty();
    assertThat(report.getWatchCurveList())
        .extracting(WatchTimePoint::getSeconds)
        .contains(0, 180, 300, 900);
    assertThat(new Show(server, "no-program").report("room", "b1").getViewers()).isZero();
    assertThat(show.figures().listRooms(ListRoomsRequest.getDefaultInstance()).getRoomsList())
        .isEmpty();
  }

  @Test
  void everythingThatHappensIsCountedForTheViewerTheMinuteAndTheBroadcast() {
    show.report(
        show.entered("ann"),
        show.liked("ann", 25),
        show.commented("ann"),
        show.event("ann").setShared(Shared.getDefaultInstance()),
        show.event("ann").setFollowed(Followed.getDefaultInstance()),
        show.event("ann").setClicked(Clicked.getDefaultInstance()),
        show.ordered("ann", 990));
    server.clock().advance(Duration.ofMinutes(2));
    show.report(show.liked("ann", 5), show.entered("bob"));
    RoomCounts first =
        RoomCounts.newBuilder()
            .setEntered(1)
            .setLikes(25)
            .setComments(1)
            .setShares(1)
            .setFollows(1)
            .setClicks(1)
            .setOrders(1)
            .setOrderedMinor(990)
            .setTiersReached(2)
            .setRewards(2)
            .setPoints(6)
            .setNewFollowers(1)
            .build();
    RoomCounts later =
        RoomCounts.newBuilder()
            .setEntered(1)
            .setLikes(5)
            .setTiersReached(1)
            .setRewards(2)
            .setPoints(3)
            .build();
    RoomReport report = show.report("room", "b1");
    assertThat(report.getMinutesList())
        .extracting(RoomMinute::getCounts)
        .containsExactly(first, later);
    assertThat(report.getMinutesList())
        .extracting(minute -> Timestamps.toString(minute.getMinute()))
        .containsExactly("2026-03-02T08:00:00Z", "2026-03-02T08:02:00Z");
    assertThat(report.getTotals().getLikes()).isEqualTo(30);
    assertThat(report.getTotals().getEntered()).isEqualTo(2);
    assertThat(report.getViewers()).isEqualTo(2);
    assertThat(report.getFirstVisits()).isEqualTo(2);
    assertThat(report.getStartedAt()).isEqualTo(time("2026-03-02T08:00:00Z"));
    assertThat(report.getLastSeenAt()).isEqualTo(time("2026-03-02T08:02:00Z"));
    assertThat(report.getNewestList()).extracting(Visit::getViewerId).containsExactly("bob", "ann");
    assertThat(report.getMostActiveList())
        .singleElement()
        .satisfies(visit -> assertThat(visit.getCounts().getOrderedMinor()).isEqualTo(990));
  }

  @Test
  void figuresStopAtTheGreatestNumberInsteadOfFailing() {
    comparesByItself = true;
    show.report(show.ordered("ann", 990), show.ordered("bob", 990));
    assertThat(show.report("room", "b1").getTotals().getOrders()).isEqualTo(2);
    Database database = server.instance(Database.class);
    for (String table : List.of("visit", "room_minute")) {
      int rows =
          database.inTransaction(handle ->
              handle.execute(
                  "UPDATE %s SET ordered_minor = %d, points = %d, tiers_reached = %d WHERE orders > 0"
                      .formatted(
                          table, Long.MAX_VALUE - 10, Long.MAX_VALUE - 1, Long.MAX_VALUE - 1)));
      assertThat(rows).as(table).isPositive();
    }
    show.report(show.ordered("ann", 990), show.liked("ann", 30));
    RoomReport report = show.report("room", "b1");
    for (RoomCounts counts : List.of(report.getTotals(), report.getMinutes(0).getCounts())) {
      assertThat(counts.getOrderedMinor()).isEqualTo(Long.MAX_VALUE);
      assertThat(counts.getPoints()).isEqualTo(Long.MAX_VALUE);
      assertThat(counts.getTiersReached()).isEqualTo(Long.MAX_VALUE);
      assertThat(counts.getLikes()).isEqualTo(30);
    }
  }

  @Test
  void aJournalThatWasForgottenInPartGivesWhatBeganLater() {
    comparesByItself = true;
    show.report(show.entered("ann"), show.event("ann").setFollowed(Followed.getDefaultInstance()));
    server.clock().advance(Duration.ofDays(9));
    server.instance(Chores.class).run(JournalPurge.class);
    show.report(show.entered("bob").setBroadcastId("b2"));
    server.clock().advance(Duration.ofHours(25));
    show.report(
        show.entered("ann").setBroadcastId("b3"),
        show.event("ann").setBroadcastId("b3").setFollowed(Followed.getDefaultInstance()),
        show.liked("ann", 12).setBroadcastId("b3"));
    Channel owner = show.as(Role.MERCHANT, "owner");
    RebuildFiguresResponse anew = FiguresAnew.run(owner, false);
    assertThat(anew.getWhole()).isFalse();
    assertThat(anew.getSince()).isEqualTo(time("2026-03-11T08:00:00Z"));
    assertThat(anew.getVisits()).as("ann's at b3").isEqualTo(1);
    assertThat(anew.getCells()).isZero();
    assertThat(anew.getDifferencesList()).isEmpty();
    var unused =
        server
            .instance(Database.class)
            .inTransaction(handle ->
                handle.execute("UPDATE visit SET likes = 13, first_visit = 1 WHERE likes = 12"));
    FigureDifference difference =
        FigureDifference.newBuilder()
            .setRoomId("room")
            .setBroadcastId("b3")
            .setViewerId("ann")
            .setFigure("likes")
            .setRebuilt(12)
            .setStored(13)
            .build();
    assertThat(FiguresAnew.run(owner, true).getDifferencesList()).containsExactly(difference);
    RoomReport report = show.report("room", "b3");
    assertThat(report.getTotals().getLikes()).isEqualTo(12);
    assertThat(report.getFirstVisits()).as("as it is, for the journal can't know").isEqualTo(1);
    assertThat(FiguresAnew.run(owner, true).getMended()).isFalse();
    assertRefused("NOT_ALLOWED", () -> FiguresAnew.run(show.as(Role.HOST, "host"), true));
  }

  @Test
  void aViewerIsPresentUntilTheyLeaveOrFallSilent() {
    show.report(show.entered("ann"), show.entered("bob"));
    assertThat(show.report("room", "b1").getViewersNow()).isEqualTo(2);
    server.clock().advance(Duration.ofSeconds(60));
    show.report(show.liked("ann", 1), show.left("bob"));
    assertThat(show.report("room", "b1").getViewersNow()).isEqualTo(1);
    server.clock().advance(Duration.ofSeconds(90));
    assertThat(show.report("room", "b1").getViewersNow()).isEqualTo(1);
    server.clock().advance(Duration.ofMillis(1));
    assertThat(show.report("room", "b1").getViewersNow()).isZero();
    show.report(show.entered("bob"));
    RoomReport report = show.report("room", "b1");
    assertThat(report.getViewersNow()).isEqualTo(1);
    assertThat(report.getViewers()).isEqualTo(2);
    assertThat(report.getTotals().getEntered()).isEqualTo(3);
    assertThat(report.getFirstVisits()).isEqualTo(2);
    assertThat(visits("bob").get(0).getPresent()).isTrue();
    assertThat(visits("ann").get(0).getPresent()).isFalse();
  }

  @Test
  void whoGoesToAnotherRoomIsInThatRoomOnly() {
    show.report(show.entered("ann"));
    server.clock().advance(Duration.ofSeconds(10));
    show.report(show.entered("ann").setRoomId("other"));
    assertThat(show.report("room", "b1").getViewersNow()).isZero();
    assertThat(show.report("other", "b1").getViewersNow()).isEqualTo(1);
    assertThat(show.report("other", "b1").getFirstVisits()).isZero();
  }

  @Test
  void anOrderCountsWithoutBringingTheViewerIn() {
    show.report(show.ordered("ann", 100));
    RoomReport report = show.report("room", "b1");
    assertThat(report.getTotals().getOrders()).isEqualTo(1);
    assertThat(report.getViewers()).isZero();
    assertThat(report.hasStartedAt()).isFalse();
    assertThat(visits("ann")).isEmpty();
    assertThat(show.report("room", "").getBroadcastId()).isEmpty();
  }

  @Test
  void anOrderWithoutABroadcastCountsInTheOneThatTheViewerIsAt() {
    show.report(show.entered("ann"));
    server.clock().advance(Duration.ofSeconds(10));
    show.report(show.ordered("ann", 100).setBroadcastId(""));
    assertThat(show.report("room", "").getTotals().getOrderedMinor()).isEqualTo(100);
  }

  @Test
  void aBroadcastBeganWithItsEarliestSignOfLifeWheneverThatBecomesKnown() {
    server
        .clock()
        .advance(Duration.between(server.clock().instant(), Instant.parse("2026-03-02T16:30:00Z")));
    show.report(show.liked("ann", 1));
    assertThat(visitsOfDays()).containsExactly(0L, 1L);
    show.report(show.liked("bob", 1).setOccurredAt(time("2026-03-02T15:50:00Z")));
    assertThat(visitsOfDays()).as("it began on the day before").containsExactly(2L, 0L);
    show.report(show.liked("cai", 1));
    assertThat(visitsOfDays()).containsExactly(3L, 0L);
  }

  private List<Long> visitsOfDays() {
    return show
        .figures()
        .getMerchantReport(
            GetMerchantReportRequest.newBuilder()
                .setFirstDay("2026-03-02")
                .setLastDay("2026-03-03")
                .build())
        .getDaysList()
        .stream()
        .map(DayReport::getVisits)
        .toList();
  }

  @Test
  void aPlatformWithoutBroadcastsHasOneADay() {
    show.report(show.entered("ann").setBroadcastId(""));
    assertThat(show.report("room", "").getBroadcastId()).isEqualTo("day:2026-03-02");
    assertThat(show.report("room", "day:2026-03-02").getViewers()).isEqualTo(1);
    server.clock().advance(Duration.ofDays(1));
    show.report(show.liked("ann", 1).setBroadcastId(""));
    assertThat(show.report("room", "").getBroadcastId()).isEqualTo("day:2026-03-03");
    assertThat(show.report("room", "").getFirstVisits()).isZero();
  }

  @Test
  void whatViewersDoByThemselvesCountsWhereTheyAre() {
    Channel ann = show.as(Role.VIEWER, "ann", "b7");
    RoomServiceGrpc.RoomServiceBlockingStub room = RoomServiceGrpc.newBlockingStub(ann);
    String token =
        room.enterRoom(EnterRoomRequest.newBuilder().setRequestId("r1").setRoomId("room").build())
            .getHeartbeatToken();
    server.clock().advance(Duration.ofSeconds(30));
    token =
        room.heartbeat(
                HeartbeatRequest.newBuilder()
                    .setRequestId("r2")
                    .setRoomId("room")
                    .setHeartbeatToken(token)
                    .build())
            .getHeartbeatToken();
    assertThat(token).isNotEmpty();
    var unused =
        List.of(
            room.act(
                ActRequest.newBuilder()
                    .setRequestId("r3")
                    .setRoomId("room")
                    .setLiked(Liked.newBuilder().setCount(10))
                    .build()),
            CheckInServiceGrpc.newBlockingStub(ann)
                .checkIn(CheckInRequest.newBuilder().setRequestId("r4").build()));
    show.report(
        show.commented("ann").setBroadcastId("b7"), show.commented("ann").setBroadcastId("b7"));
    unused =
        List.of(
            TaskServiceGrpc.newBlockingStub(ann)
                .claimTaskReward(
                    ClaimTaskRewardRequest.newBuilder()
                        .setRequestId("r5")
                        .setTaskId("claim")
                        .build()));
    server.clock().advance(Duration.ofSeconds(15));
    unused =
        List.of(
            room.leaveRoom(
                LeaveRoomRequest.newBuilder().setRequestId("r6").setRoomId("room").build()));
    RoomReport report = show.report("room", "");
    assertThat(report.getBroadcastId()).isEqualTo("b7");
    assertThat(report.getTotals())
        .isEqualTo(
            RoomCounts.newBuilder()
                .setEntered(1)
                .setLikes(10)
                .setComments(2)
                .setCheckIns(1)
                .setTiersReached(2)
                .setRewards(4)
                .setPoints(3 + 7 + 5)
                .setWatchedMillis(45_000)
                .build());
    assertThat(report.getViewersNow()).isZero();
    assertThat(report.getLastSeenAt()).isEqualTo(show.now());
  }

  @Test
  void watchingWithoutABroadcastCountsInTheOneThatTheViewerIsAt() {
    show.report(show.entered("ann"));
    server.clock().advance(Duration.ofSeconds(30));
    show.report(show.watched("ann", Duration.ofSeconds(20)).setBroadcastId(""));
    RoomReport report = show.report("room", "");
    assertThat(report.getBroadcastId()).isEqualTo("b1");
    assertThat(report.getTotals().getWatchedMillis()).isEqualTo(20_000);
    assertThat(report.getViewersNow()).isEqualTo(1);
  }

  @Test
  void watchingOverTheEndOfADayCountsInBothDays() {
    server
        .clock()
        .advance(Duration.between(server.clock().instant(), Instant.parse("2026-03-02T16:00:10Z")));
    show.report(show.watched("ann", Duration.ofSeconds(40)).setBroadcastId(""));
    assertThat(show.report("room", "day:2026-03-02").getTotals().getWatchedMillis())
        .isEqualTo(30_000);
    RoomReport next = show.report("room", "day:2026-03-03");
    assertThat(next.getTotals().getWatchedMillis()).isEqualTo(10_000);
    assertThat(next.getStartedAt()).isEqualTo(time("2026-03-02T16:00:00Z"));
    assertThat(next.getFirstVisits()).isEqualTo(1);
  }

  @Test
  void whoIsReportedToWatchIsThereWhateverWasCreditedBefore() {
    server.clock().advance(Duration.ofHours(1));
    show.report(show.watched("ann", Duration.ofMinutes(10)).setRoomId("other"));
    show.report(show.watched("ann", Duration.ofMinutes(10)));
    RoomReport report = show.report("room", "b1");
    assertThat(report.getViewers()).isEqualTo(1);
    assertThat(report.getViewersNow()).isEqualTo(1);
    assertThat(report.getStartedAt()).isEqualTo(time("2026-03-02T08:50:00Z"));
    assertThat(report.getTotals().getWatchedMillis()).isZero();
  }

  @Test
  void aHeartbeatIsASignOfLifeWhateverWasCreditedBefore() {
    RoomServiceGrpc.RoomServiceBlockingStub room =
        RoomServiceGrpc.newBlockingStub(show.as(Role.VIEWER, "ann", "b1"));
    String token =
        room.enterRoom(EnterRoomRequest.newBuilder().setRequestId("r1").setRoomId("room").build())
            .getHeartbeatToken();
    server.clock().advance(Duration.ofSeconds(20));
    show.report(show.watched("ann", Duration.ofSeconds(10)));
    server.clock().advance(Duration.ofSeconds(10));
    HeartbeatRequest beat =
        HeartbeatRequest.newBuilder()
            .setRequestId("r2")
            .setRoomId("room")
            .setHeartbeatToken(token)
            .build();
    assertThat(room.heartbeat(beat).getCreditedMillis()).isEqualTo(20_000);
    assertThat(show.report("room", "b1").getLastSeenAt()).isEqualTo(show.now());
  }

  @Test
  void theCurveTellsHowManyWatchedForHowLong() {
    server.clock().advance(Duration.ofHours(1));
    int[] minutes = {0, 2, 3, 4, 5, 14, 15, 30};
    for (int i = 0; i < minutes.length; i++) {
      show.report(show.entered("v" + i));
      if (minutes[i] > 0) {
        show.report(show.watched("v" + i, Duration.ofMinutes(minutes[i])));
      }
    }
    List<WatchTimePoint> curve = show.report("room", "b1").getWatchCurveList();
    assertThat(curve).extracting(WatchTimePoint::getSeconds).isSorted().startsWith(0);
    for (WatchTimePoint point : curve) {
      long expected =
          java.util.Arrays.stream(minutes).filter(m -> m * 60 >= point.getSeconds()).count();
      assertThat(point.getViewers()).as("watched for %d s", point.getSeconds()).isEqualTo(expected);
    }
    assertThat(curve).extracting(WatchTimePoint::getSeconds).contains(180, 300, 900, 1_800);
  }

  @Test
  void watchTimeCountsInTheMinutesInWhichItWasWatched() {
    server.clock().advance(Duration.ofSeconds(3_630)); // 09:00:30
    show.report(show.watched("ann", Duration.ofSeconds(150)));
    assertThat(show.report("room", "b1").getMinutesList())
        .extracting(minute -> minute.getCounts().getWatchedMillis())
        .containsExactly(60_000L, 60_000L, 30_000L);
    assertThat(show.report("room", "b1").getTotals().getWatchedMillis()).isEqualTo(150_000);
  }

  @Test
  void figuresOutliveARestartAndLateEventsCountWhereTheyHappened() throws Exception {
    show.report(show.entered("ann"));
    server.clock().advance(Duration.ofMinutes(10));
    show.report(show.liked("ann", 1));
    server.restart();
    show = new Show(server, "m");
    show.report(show.liked("ann", 2).setOccurredAt(time("2026-03-02T08:05:30Z")));
    assertThat(show.report("room", "b1").getMinutesList())
        .extracting(minute -> Timestamps.toString(minute.getMinute()))
        .containsExactly("2026-03-02T08:00:00Z", "2026-03-02T08:05:00Z", "2026-03-02T08:10:00Z");
    assertThat(show.report("room", "b1").getLastSeenAt()).isEqualTo(show.now());
  }

  @Test
  void visitsOfLongAgoAreForgottenWithTheirBroadcasts() throws Exception {
    server.close();
    server = TestServer.builder().setting("analytics.keep-visits-for", "30d").start();
    show = Show.open(server, "m");
    show.report(show.liked("ann", 3), show.liked("bob", 1));
    show.report(show.liked("ann", 2).setBroadcastId("endless"));
    show.report(show.liked("cat", 2).setBroadcastId("endless"));
    show.report(show.ordered("eve", 990).setBroadcastId("b1"));
    server.clock().advance(Duration.ofDays(29));
    show.report(show.liked("ann", 4).setBroadcastId("endless"));
    show.report(show.liked("ann", 5).setBroadcastId("b2"));
    show.report(show.ordered("dan", 990).setBroadcastId("endless"));
    show.report(show.ordered("dan", 990).setBroadcastId("unseen"));
    server.instance(Chores.class).run(VisitPurgeDao.class);
    assertThat(broadcasts("ann")).containsExactlyInAnyOrder("b1", "b2", "endless");

    server.clock().advance(Duration.ofDays(2));
    RoomReport endless = show.report("room", "endless");
    server.instance(Chores.class).run(VisitPurgeDao.class);
    assertThat(broadcasts("ann")).containsExactlyInAnyOrder("b2", "endless");
    assertThat(broadcasts("bob")).isEmpty();
    assertThat(broadcasts("cat")).as("not seen for long in one that goes on").isEmpty();
    assertThat(show.report("room", "b1").getViewers()).isZero();
    assertThat(show.report("room", "b1").getTotals().getOrders()).isZero();
    assertThat(show.report("room", "endless").getTotals().getOrders())
        .as("of whoever was not seen, but ordered not long ago")
        .isEqualTo(1);
    assertThat(show.report("room", "unseen").getTotals().getOrders()).isEqualTo(1);
    assertThat(show.report("room", "b2").getTotals().getLikes()).isEqualTo(5);
    assertThat(endless.getTotals().getLikes()).isEqualTo(8);
    assertThat(show.report("room", "endless").getTotals().getLikes()).isEqualTo(6);
    assertThat(
            server
                .instance(Database.class)
                .<List<String>, RuntimeException>read(handle ->
                    handle
                        .createQuery("SELECT broadcast_id FROM room_broadcast")
                        .mapTo(String.class)
                        .list()))
        .containsExactlyInAnyOrder("b2", "endless");
  }

  private List<String> broadcasts(String viewerId) {
    return show
        .figures()
        .listVisits(ListVisitsRequest.newBuilder().setViewerId(viewerId).build())
        .getVisitsList()
        .stream()
        .map(Visit::getBroadcastId)
        .toList();
  }

  @Test
  void theReportHasTheLatestSixtyMinutesAndOldMinutesAreForgotten() {
    for (int minute = 0; minute < 70; minute += 2) {
      show.report(show.liked("ann", 1));
      server.clock().advance(Duration.ofMinutes(2));
    }
    assertThat(show.report("room", "b1").getMinutesList()).hasSize(30);
    server.clock().advance(Duration.ofDays(90));
    server.instance(Chores.class).run(MinutePurge.class);
    assertThat(show.report("room", "b1").getMinutesList()).isEmpty();
    assertThat(show.report("room", "b1").getTotals().getLikes()).isEqualTo(35);
    assertThat(
            server
                .instance(Database.class)
                .<Long, RuntimeException>read(handle ->
                    handle.createQuery("SELECT COUNT(*) FROM room_minute").mapTo(Long.class).one()))
        .isZero();
  }

  @Test
  void roomsAreListedByTheLatestSignOfLife() {
    for (int room = 0; room < 25; room++) {
      show.report(
          show.entered("ann").setRoomId("room-" + room),
          show.entered("v" + room).setRoomId("room-" + room));
      server.clock().advance(Duration.ofSeconds(room < 5 ? 0 : 1));
    }
    List<RoomSummary> rooms = new ArrayList<>();
    ListRoomsRequest.Builder request = ListRoomsRequest.newBuilder().setPageSize(4);
    do {
      ListRoomsResponse page = show.figures().listRooms(request.build());
      rooms.addAll(page.getRoomsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    assertThat(rooms).extracting(RoomSummary::getRoomId).doesNotHaveDuplicates().hasSize(25);
    assertThat(rooms.get(0).getRoomId()).isEqualTo("room-24");
    assertThat(rooms.get(0).getViewersNow()).isEqualTo(2);
    assertThat(rooms.get(0).getViewers()).isEqualTo(2);
    assertThat(rooms.get(1).getViewersNow()).isEqualTo(1);
    assertThat(rooms.get(1).getBroadcastId()).isEqualTo("b1");
    assertThat(rooms)
        .extracting(room -> Timestamps.toMillis(room.getLastSeenAt()))
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    server.clock().advance(Duration.ofDays(31));
    assertThat(show.figures().listRooms(ListRoomsRequest.getDefaultInstance()).getRoomsCount())
        .isZero();
  }

  @Test
  void visitsAreListedNewestFirstPageByPage() {
    for (int broadcast = 0; broadcast < 23; broadcast++) {
      show.report(show.entered("ann").setBroadcastId("b" + broadcast));
      server.clock().advance(Duration.ofSeconds(broadcast % 2));
    }
    List<Visit> all = visits("ann");
    assertThat(all).hasSize(23).extracting(Visit::getBroadcastId).doesNotHaveDuplicates();
    assertThat(all)
        .extracting(visit -> Timestamps.toMillis(visit.getEnteredAt()))
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    assertThat(all).filteredOn(Visit::getFirstVisit).hasSize(1);
    assertThat(visits("nobody")).isEmpty();
  }

  @Test
  void aPageTokenOfAnotherListIsRefused() {
    show.report(show.entered("ann"), show.entered("ann").setBroadcastId("b2"));
    String token =
        show.figures()
            .listVisits(ListVisitsRequest.newBuilder().setViewerId("ann").setPageSize(1).build())
            .getNextPageToken();
    assertThat(token).isNotEmpty();
    ListVisitsRequest.Builder other = ListVisitsRequest.newBuilder().setViewerId("bob");
    for (String bad : List.of(token, "x", token + "A", "AAAAAAAAAAAAAAAAAAAAAAAA")) {
      assertRefused(
          "INVALID_FIELD", () -> show.figures().listVisits(other.setPageToken(bad).build()));
      assertRefused(
          "INVALID_FIELD",
          () -> show.figures().listRooms(ListRoomsRequest.newBuilder().setPageToken(bad).build()));
    }
    Show stranger = Show.open(server, "other");
    assertRefused(
        "INVALID_FIELD",
        () ->
            stranger
                .figures()
                .listVisits(
                    ListVisitsRequest.newBuilder().setViewerId("ann").setPageToken(token).build()));
  }

  @Test
  void whoeverAsksForReportsTheDatabaseIsLeftToAllOthers() throws InterruptedException {
    ViewerServiceGrpc.ViewerServiceBlockingStub viewers =
        ViewerServiceGrpc.newBlockingStub(show.as(Role.HOST, "host"));
    List<CompletableFuture<String>> reports = new ArrayList<>();
    try (Handle lock = server.instance(Database.class).jdbi().open()) {
      lock.execute("LOCK TABLES visit WRITE"); // so that reading figures takes long
      for (int i = 0; i < 40; i++) {
        reports.add(CompletableFuture.supplyAsync(this::askForReport, Thread::startVirtualThread));
      }
      while (reports.stream().filter(CompletableFuture::isDone).count() < 38) {
        var unused =
            viewers
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .listViewers(ListViewersRequest.getDefaultInstance());
        TimeUnit.MILLISECONDS.sleep(50);
      }
      lock.execute("UNLOCK TABLES");
    }
    assertThat(reports)
        .extracting(CompletableFuture::join)
        .containsOnly("OVERLOADED", "")
        .filteredOn(String::isEmpty)
        .hasSize(2);
  }

  /** Returns why it was refused; empty: it was not. */
  private String askForReport() {
    try {
      var unused = show.report("room", "b1");
      return "";
    } catch (StatusRuntimeException e) {
      return reasonOf(e);
    }
  }

  @Test
  void viewersSeeNoFiguresAndMerchantsOnlyTheirOwn() throws Exception {
    show.report(show.entered("ann"), show.liked("ann", 1));
    AnalyticsServiceGrpc.AnalyticsServiceBlockingStub viewer =
        AnalyticsServiceGrpc.newBlockingStub(show.as(Role.VIEWER, "ann", "b1"));
    assertRefused("NOT_ALLOWED", () -> viewer.listRooms(ListRoomsRequest.getDefaultInstance()));
    assertRefused(
        "NOT_ALLOWED",
        () -> viewer.getRoomReport(GetRoomReportRequest.newBuilder().setRoomId("room").build()));
    assertRefused(
        "NOT_ALLOWED",
        () -> viewer.listVisits(ListVisitsRequest.newBuilder().setViewerId("ann").build()));
    assertRefused(
        "NOT_ALLOWED",
        () -> viewer.watchRoom(WatchRoomRequest.newBuilder().setRoomId("room").build()).hasNext());
    for (Role role : List.of(Role.HOST, Role.MERCHANT, Role.PLATFORM)) {
      AnalyticsServiceGrpc.AnalyticsServiceBlockingStub own =
          AnalyticsServiceGrpc.newBlockingStub(show.as(role, "somebody"));
      assertThat(own.listRooms(ListRoomsRequest.getDefaultInstance()).getRoomsCount()).isEqualTo(1);
    }
    Show stranger = Show.open(server, "other");
    assertThat(stranger.report("room", "b1").getViewers()).isZero();
    assertThat(stranger.report("room", "b1").getMinutesCount()).isZero();
    assertThat(stranger.report("room", "").getBroadcastId()).isEmpty();
    assertThat(stranger.figures().listRooms(ListRoomsRequest.getDefaultInstance()).getRoomsCount())
        .isZero();
    assertThat(
            stranger
                .figures()
                .listVisits(ListVisitsRequest.newBuilder().setViewerId("ann").build())
                .getVisitsCount())
        .isZero();
    var watching = stranger.watch("room", Integer.MAX_VALUE);
    assertThat(watching.next().getReport().getViewers()).isZero();
  }

  @Test
  void aFigureLeadsToTheVisitsBehindIt() {
    show.report(
        show.entered("ann"),
        show.liked("ann", 12),
        show.event("ann").setFollowed(Followed.getDefaultInstance()),
        show.event("ann").setClicked(Clicked.getDefaultInstance()),
        show.entered("bob"),
        show.ordered("cai", 500));
    server.clock().advance(Duration.ofMinutes(20));
    show.report(show.watched("bob", Duration.ofMinutes(16)), show.ordered("bob", 100));
    server.clock().advance(Duration.ofHours(1));
    show.report(
        show.entered("ann").setBroadcastId("b2").setRoomId("other"),
        show.event("ann")
            .setBroadcastId("b2")
            .setRoomId("other")
            .setFollowed(Followed.getDefaultInstance()),
        show.ordered("bob", 200).setBroadcastId("b2").setRoomId("other"));
    DayReport total =
        show.figures()
            .getMerchantReport(
                GetMerchantReportRequest.newBuilder()
                    .setFirstDay("2026-03-02")
                    .setLastDay("2026-03-02")
                    .build())
            .getTotal();
    assertThat(behind(VisitFigure.VISIT_FIGURE_UNSPECIFIED))
        .containsExactly("other b2 ann", "room b1 ann", "room b1 bob")
        .hasSize((int) total.getVisits());
    assertThat(behind(VisitFigure.VISIT_FIGURE_FIRST_VISITS))
        .containsExactly("room b1 ann", "room b1 bob")
        .hasSize((int) total.getFirstVisits());
    assertThat(behind(VisitFigure.VISIT_FIGURE_NEW_FOLLOWERS))
        .containsExactly("room b1 ann")
        .hasSize((int) total.getCounts().getNewFollowers());
    assertThat(behind(VisitFigure.VISIT_FIGURE_FOLLOWS))
        .containsExactly("other b2 ann", "room b1 ann");
    assertThat(behind(VisitFigure.VISIT_FIGURE_INTERACTIONS)).hasSize(2);
    assertThat(behind(VisitFigure.VISIT_FIGURE_HIGH_RETENTION)).containsExactly("room b1 bob");
    assertThat(behind(VisitFigure.VISIT_FIGURE_CLICKS)).containsExactly("room b1 ann");
    assertThat(behind(VisitFigure.VISIT_FIGURE_ORDERS))
        .containsExactly("other b2 bob", "room b1 bob", "room b1 cai")
        .hasSize((int) total.getCounts().getOrders());
    assertThat(behind(VisitFigure.VISIT_FIGURE_REPURCHASES)).containsExactly("other b2 bob");
    assertThat(behind(VisitFigure.VISIT_FIGURE_POINTS)).containsExactly("room b1 ann");
    assertThat(behind(VisitFigure.VISIT_FIGURE_REFERRED)).isEmpty();
    assertThat(
            show.figures()
                .searchVisits(
                    visits(VisitFigure.VISIT_FIGURE_ORDERS, "")
                        .setRoomId("room")
                        .setPageSize(5)
                        .build())
                .getVisitsList())
        .extracting(Visit::getViewerId)
        .containsExactly("bob", "cai");
    String token =
        show.figures()
            .searchVisits(visits(VisitFigure.VISIT_FIGURE_ORDERS, "").build())
            .getNextPageToken();
    assertRefused(
        "INVALID_FIELD",
        () -> show.figures().searchVisits(visits(VisitFigure.VISIT_FIGURE_CLICKS, token).build()));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            AnalyticsServiceGrpc.newBlockingStub(show.as(Role.ANALYST, "analyst"))
                .searchVisits(visits(VisitFigure.VISIT_FIGURE_ORDERS, "").build()));
  }

  /** The visits that count in a figure, read one by one. */
  private List<String> behind(VisitFigure figure) {
    List<String> behind = new ArrayList<>();
    String token = "";
    do {
      SearchVisitsResponse page = show.figures().searchVisits(visits(figure, token).build());
      page.getVisitsList()
          .forEach(visit ->
              behind.add(
                  "%s %s %s"
                      .formatted(visit.getRoomId(), visit.getBroadcastId(), visit.getViewerId())));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return behind;
  }

  private static SearchVisitsRequest.Builder visits(VisitFigure figure, String token) {
    return SearchVisitsRequest.newBuilder()
        .setFirstDay("2026-03-02")
        .setLastDay("2026-03-02")
        .setFigure(figure)
        .setPageSize(1)
        .setPageToken(token);
  }

  @Test
  void analystsReadReportsAndNoPeople() {
    show.report(show.entered("ann"), show.liked("ann", 1));
    Channel analyst = show.as(Role.ANALYST, "analyst");
    AnalyticsServiceGrpc.AnalyticsServiceBlockingStub own =
        AnalyticsServiceGrpc.newBlockingStub(analyst);
    GetMerchantReportRequest days =
        GetMerchantReportRequest.newBuilder()
            .setFirstDay("2026-03-02")
            .setLastDay("2026-03-02")
            .build();
    assertThat(show.figures().getMerchantReport(days).getTotal().getViewers().getCount())
        .isEqualTo(1);
    DayReport told = own.getMerchantReport(days).getTotal();
    assertThat(told.getSuppressed()).isTrue();
    assertThat(told.getViewers().getCount()).isZero();
    assertThat(told.getCounts()).isEqualTo(RoomCounts.getDefaultInstance());
    GetRetentionRequest cohorts =
        GetRetentionRequest.newBuilder().setFirstDay("2026-03-02").setLastDay("2026-03-02").build();
    Cohort known = show.figures().getRetention(cohorts).getCohorts(0);
    assertThat(known.getViewers()).isEqualTo(1);
    assertThat(Timestamps.toString(known.getBeginsAt())).isEqualTo("2026-03-01T16:00:00Z");
    assertThat(Timestamps.toString(known.getEndsAt())).isEqualTo("2026-03-02T16:00:00Z");
    assertThat(own.getRetention(cohorts).getCohorts(0).getViewers()).isZero();
    assertThat(
            AudienceServiceGrpc.newBlockingStub(analyst)
                .getFunnel(GetFunnelRequest.newBuilder().addTaskIds("like").build())
                .getSteps(0)
                .getSuppressed())
        .isTrue();
    assertThat(
            AudienceServiceGrpc.newBlockingStub(analyst)
                .summarizeAudience(SummarizeAudienceRequest.getDefaultInstance())
                .getViewers())
        .isZero();
    assertThat(
            ProgramServiceGrpc.newBlockingStub(analyst)
                .getProgram(GetProgramRequest.getDefaultInstance())
                .getProgram()
                .getTasksCount())
        .isEqualTo(2);
    assertRefused("NOT_ALLOWED", () -> own.listRooms(ListRoomsRequest.getDefaultInstance()));
    assertRefused(
        "NOT_ALLOWED",
        () -> own.listVisits(ListVisitsRequest.newBuilder().setViewerId("ann").build()));
    assertRefused(
        "NOT_ALLOWED",
        () -> own.watchRoom(WatchRoomRequest.newBuilder().setRoomId("room").build()).hasNext());
    assertRefused(
        "NOT_ALLOWED",
        () ->
            AudienceServiceGrpc.newBlockingStub(analyst)
                .listAudience(ListAudienceRequest.getDefaultInstance()));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            ViewerServiceGrpc.newBlockingStub(analyst)
                .getViewer(GetViewerRequest.newBuilder().setViewerId("ann").build()));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            PointsServiceGrpc.newBlockingStub(analyst)
                .getBalance(GetBalanceRequest.newBuilder().setViewerId("ann").build()));
  }

  private List<Visit> visits(String viewerId) {
    List<Visit> visits = new ArrayList<>();
    ListVisitsRequest.Builder request =
        ListVisitsRequest.newBuilder().setViewerId(viewerId).setPageSize(5);
    do {
      ListVisitsResponse page = show.figures().listVisits(request.build());
      visits.addAll(page.getVisitsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return visits;
  }

  private static com.google.protobuf.Timestamp time(String instant) {
    return Timestamps.fromMillis(Instant.parse(instant).toEpochMilli());
  }
}
