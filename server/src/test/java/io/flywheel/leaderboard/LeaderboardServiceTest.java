package io.flywheel.leaderboard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.Refusals;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetLeaderboardResponse;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.GetRankResponse;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.ListLeaderboardsRequest;
import io.flywheel.v1.OpenBroadcastRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RankStyle;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.SetBoardMemberRequest;
import io.flywheel.v1.SetPublicProfileRequest;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchLeaderboardRequest;
import io.flywheel.v1.WatchLeaderboardResponse;
import io.grpc.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Leaderboards as viewers and merchants meet them, through a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LeaderboardServiceTest {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static final String DAY = "2026-03-02";

  private static final String PROGRAM =
      """
      name: boards
      currency: USD
      leaderboards:
        - id: hunters
          title: 猎人榜
          metric: {trigger: custom, custom: hit}
          period: day
          prizes:
            - {last_position: 1, rewards: [points: 100]}
            - {last_position: 2, rewards: [points: 40]}
        - id: room-hunters
          title: 本房间
          metric: {trigger: custom, custom: hit}
          scope: room
          period: all_time
          ranks: competition
        - id: dense
          title: 并列
          metric: {trigger: custom, custom: hit}
          period: all_time
          ranks: dense
        - id: show
          title: 本场
          metric: {trigger: custom, custom: hit}
          scope: room
          period: broadcast
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
  void whoeverReachedTheScoreFirstIsAheadAndTheRankIsThereOnceTheActionIsAnswered() {
    TestMerchant merchant = merchant();
    hit(merchant, "late", 1);
    server.clock().advance(Duration.ofSeconds(1));
    hit(merchant, "first", 2);
    server.clock().advance(Duration.ofSeconds(1));
    hit(merchant, "late", 1);

    assertThat(ids(board(merchant, "hunters", ""))).containsExactly("first", "late");
    GetRankResponse rank = rank(merchant, "hunters", "late", 1);
    assertThat(rank.getPlace().getPosition()).isEqualTo(2);
    assertThat(rank.getPlace().getScore()).isEqualTo(2);
    assertThat(rank.getTopPermille()).isEqualTo(1_000);
    assertThat(rank.getAroundList().stream().map(BoardPlace::getViewerId))
        .containsExactly("first", "late");
    hit(merchant, "late", 1);
    assertThat(rank(merchant, "hunters", "late", 0).getPlace().getPosition()).isEqualTo(1);
  }

  @Test
  void ranksThatHaveDriftedFromTheTableAreFoundCountedAndMended() {
    TestMerchant merchant = merchant();
    for (String viewer : List.of("one", "two", "three")) {
      hit(merchant, viewer, 2);
      server.clock().advance(Duration.ofSeconds(1));
    }
    assertThat(ids(board(merchant, "hunters", ""))).containsExactly("one", "two", "three");
    BoardWatch watch = server.instance(BoardWatch.class);
    assertThat(watch.checkAll()).isZero();
    double before = drift();

    BoardKey key = new BoardKey(merchant.id(), "hunters", "", DAY);
    BoardIndex index = requireNonNull(server.instance(BoardIndexes.class).peek(key));
    long now = server.clock().millis();
    index.apply("three", new Score(99, now, 1_000, false, WonPrizes.getDefaultInstance()));
    index.apply("one", new Score(0, now, 1_000, true, WonPrizes.getDefaultInstance()));
    index.apply("ghost", new Score(1, now, 1, false, WonPrizes.getDefaultInstance()));
    assertThat(ids(board(merchant, "hunters", ""))).containsExactly("three", "two", "ghost");

    assertThat(watch.checkAll()).as("a wrong score, a missing and a false member").isEqualTo(3);
    assertThat(drift() - before).isEqualTo(3);
    assertThat(ids(board(merchant, "hunters", ""))).containsExactly("one", "two", "three");
    assertThat(watch.checkAll()).isZero();
    hit(merchant, "three", 1);
    assertThat(ids(board(merchant, "hunters", ""))).containsExactly("three", "one", "two");
  }

  private double drift() {
    return server.instance(MeterRegistry.class).counter("flywheel.leaderboard.drift").count();
  }

  @Test
  void equalScoresShareARankAsTheBoardSays() {
    TestMerchant merchant = merchant();
    for (String viewer : List.of("a", "b", "c", "d")) {
      hit(merchant, viewer, viewer.equals("a") ? 3 : viewer.equals("d") ? 1 : 2);
    }
    assertThat(ranks(board(merchant, "hunters", ""))).containsExactly(1, 2, 3, 4);
    assertThat(ranks(board(merchant, "room-hunters", "room"))).containsExactly(1, 2, 2, 4);
    assertThat(ranks(board(merchant, "dense", ""))).containsExactly(1, 2, 2, 3);
  }

  @Test
  void whoWatchesABoardSeesItMoveItsPeriodEndAndThatItIsGone() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      hit(merchant, "ann", 2);
      StreamClient<WatchLeaderboardRequest, WatchLeaderboardResponse> watching =
          watch(merchant, "bob");
      assertThat(watching.next().hasOwn()).isFalse();
      hit(merchant, "bob", 1);
      WatchLeaderboardResponse moved = watching.next();
      assertThat(moved.getPlacesList().stream().map(BoardPlace::getViewerId))
          .containsExactly("ann", "bob");
      assertThat(moved.getOwn().getPosition()).isEqualTo(2);
      assertThat(watch(merchant, "ann").next().getOwn().getPosition()).isEqualTo(1);

      own.clock().advance(Duration.ofDays(1));
      WatchLeaderboardResponse next = watching.next();
      assertThat(next.getPeriod().getPeriod()).isNotEqualTo(moved.getPeriod().getPeriod());
      assertThat(next.getPlacesList()).isEmpty();

      merchant.apply("name: no boards");
      assertThat(Refusals.reasonOf(watching.end().orElseThrow())).isEqualTo("BOARD_NOT_FOUND");
    }
  }

  @Test
  void aProgramCountsForReadersOnceItsApplicationIsAnswered() {
    TestMerchant merchant = merchant();
    hit(merchant, "ann", 1);
    for (int i = 0; i < 5; i++) {
      String title = "title-" + i;
      merchant.apply(PROGRAM.replace("猎人榜", title));
      assertThat(board(merchant, "hunters", "").getBoard().getTitle().getZh()).isEqualTo(title);
    }
  }

  @Test
  void aPeriodIsSettledOnceAlsoAfterDowntimeAndLateScoresMoveNoPrize() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      hit(merchant, "gold", 3);
      hit(merchant, "silver", 2);
      hit(merchant, "bronze", 1);
      own.clock().advance(Duration.ofDays(3));
      own.restart();
      TestMerchant again = new TestMerchant(own, merchant.id(), PROGRAM);
      settle(own, again);
      settle(own, again);

      assertThat(balance(again, "gold")).isEqualTo(100);
      assertThat(balance(again, "silver")).isEqualTo(40);
      assertThat(balance(again, "bronze")).isZero();
      GetLeaderboardResponse past = board(again, "hunters", "", DAY);
      assertThat(past.getPeriod().getSettled()).isTrue();
      assertThat(ids(past)).containsExactly("gold", "silver", "bronze");
      assertThat(ids(board(again, "hunters", ""))).isEmpty();
    }
  }

  @Test
  void aCheatIsRemovedEverybodyMovesAndThePrizeComesBack() throws Exception {
    try (TestServer own = TestServer.start()) {
      TestMerchant merchant = merchant(own);
      hit(merchant, "cheat", 3);
      hit(merchant, "honest", 2);
      own.clock().advance(Duration.ofDays(2));
      settle(own, merchant);
      assertThat(balance(merchant, "cheat")).isEqualTo(100);

      setMember(merchant, "remove", "cheat", true);
      assertThat(balance(merchant, "cheat")).isZero();
      assertThat(ids(board(merchant, "hunters", "", DAY))).containsExactly("honest");
      assertThat(balance(merchant, "honest")).as("nobody else's prize changes").isEqualTo(40);

      setMember(merchant, "restore", "cheat", false);
      assertThat(balance(merchant, "cheat")).isEqualTo(100);
      assertThat(ids(board(merchant, "hunters", "", DAY))).containsExactly("cheat", "honest");
    }
  }

  @Test
  void aBoardThatIsAskedForWithoutABroadcastIsTheOneInWhichScoresWithoutOneCount() {
    TestMerchant merchant = merchant();
    RoomServiceGrpc.RoomServiceBlockingStub rooms =
        RoomServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"));
    assertThat(
            rooms
                .enterRoom(
                    EnterRoomRequest.newBuilder()
                        .setRequestId("enter")
                        .setViewerId("anna")
                        .setRoomId("room")
                        .setBroadcastId("show-1")
                        .build())
                .getFactsList())
        .isNotEmpty();
    hit(merchant, "anna", 1);
    hit(merchant, "elsewhere", 1);
    GetLeaderboardResponse inShow = showOf(merchant.as(Role.VIEWER, "anna"));
    assertThat(inShow.getPeriod().getPeriod()).isEqualTo("broadcast:show-1");
    assertThat(ids(inShow)).containsExactly("anna");
    GetLeaderboardResponse ofDay = showOf(merchant.as(Role.VIEWER, "elsewhere"));
    assertThat(ofDay.getPeriod().getPeriod()).isEqualTo("broadcast:day:" + DAY);
    assertThat(ids(ofDay)).containsExactly("elsewhere");

    assertThat(
            rooms
                .openBroadcast(
                    OpenBroadcastRequest.newBuilder()
                        .setRequestId("open")
                        .setRoomId("room")
                        .setBroadcastId("show-2")
                        .build())
                .getBroadcast()
                .getBroadcastId())
        .isEqualTo("show-2");
    hit(merchant, "elsewhere", 1);
    for (Channel caller :
        List.of(merchant.as(Role.VIEWER, "elsewhere"), merchant.as(Role.MERCHANT, "owner"))) {
      assertThat(showOf(caller).getPeriod().getPeriod()).isEqualTo("broadcast:show-2");
      assertThat(showOf(caller).getPlacesCount()).isEqualTo(1);
    }
  }

  @Test
  void aPeriodThatEndedLongAgoIsForgottenAndWhatHasNoEndIsNot() throws Exception {
    try (TestServer own =
        TestServer.builder()
            .clock(MutableClock.at("2026-03-02T08:00:00Z"))
            .setting("leaderboard.keep-periods-for", "30d")
            .start()) {
      TestMerchant merchant = merchant(own);
      hit(merchant, "anna", 2);
      own.clock().advance(Duration.ofDays(10));
      hit(merchant, "bert", 1);
      merchant.settle();
      own.clock().advance(Duration.ofDays(22));
      merchant.settle();
      own.instance(Chores.class).run(BoardPurgeDao.class);

      assertThat(scores(own, "hunters")).containsExactly("2026-03-12 bert");
      assertThat(scores(own, "show"))
          .as("a broadcast has no end that is known")
          .containsExactly("broadcast:day:2026-03-12 bert");
      assertThat(scores(own, "dense")).containsExactlyInAnyOrder("all anna", "all bert");
    }
  }

  /** Closes the periods that are over, and pays their prizes. */
  private static void settle(TestServer server, TestMerchant merchant) {
    merchant.settle();
    server.clock().advance(Duration.ofSeconds(10));
    merchant.settle();
  }

  private static List<String> scores(TestServer server, String board) {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery(
                    "SELECT CONCAT(period, ' ', viewer_id) FROM board_score WHERE board_id = :board")
                .bind("board", board)
                .mapTo(String.class)
                .list());
  }

  private static GetLeaderboardResponse showOf(Channel caller) {
    return LeaderboardServiceGrpc.newBlockingStub(caller)
        .getLeaderboard(
            GetLeaderboardRequest.newBuilder().setBoardId("show").setRoomId("room").build());
  }

  @Test
  void anIndexThatIsReadAnewIsTheSameAndNobodyFillsTheMemoryWithEmptyOnes() throws Exception {
    try (TestServer own =
        TestServer.builder().setting("leaderboard.members-in-memory", "1000").start()) {
      TestMerchant merchant = merchant(own);
      for (int i = 0; i < 30; i++) {
        hit(merchant, "viewer-" + i, 1 + i * 7 % 5);
      }
      GetLeaderboardResponse before = board(merchant, "hunters", "");
      own.restart();
      TestMerchant again = new TestMerchant(own, merchant.id(), PROGRAM);
      assertThat(board(again, "hunters", "").getPlacesList()).isEqualTo(before.getPlacesList());

      BoardIndexes indexes = own.instance(BoardIndexes.class);
      assertThat(indexes.size()).isEqualTo(1);
      for (int i = 0; i < 3; i++) {
        assertThat(ids(board(again, "hunters", "", "1999-01-0" + i))).isEmpty();
        assertThat(ids(board(again, "room-hunters", "nowhere-" + i))).isEmpty();
      }
      assertThat(indexes.size()).as("what nobody scored on is not kept").isEqualTo(1);
      for (int i = 0; i < 20; i++) {
        indexes.get(
            new BoardKey(again.id(), "room-hunters", "room-" + i, "all"),
            RankStyle.RANK_STYLE_POSITION);
      }
      assertThat(indexes.size()).isLessThanOrEqualTo(1_000 / BoardIndexes.LEAST_MEMBERS + 1);
      aBoardBeyondTheBoundKeepsItsFirstPlaces(own, again);
    }
  }

  private static void aBoardBeyondTheBoundKeepsItsFirstPlaces(
      TestServer own, TestMerchant merchant) {
    own.instance(Database.class)
        .inTransaction(handle ->
            handle.execute(
                """
                INSERT INTO board_score
                  (merchant_id, board_id, room_id, period, viewer_id, score, reached_ms, moves,
                   removed, prizes)
                WITH RECURSIVE many (n) AS
                  (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 990)
                SELECT ?, 'dense', '', 'all', CONCAT('many-', n), 10 + n, n, 1, 0, '' FROM many\
                """,
                merchant.id()));
    own.instance(BoardIndexes.class).forget(new BoardKey(merchant.id(), "dense", "", "all"));

    GetLeaderboardResponse first = board(merchant, "dense", "");
    assertThat(first.getPlacesList()).extracting(BoardPlace::getScore).startsWith(1_000L, 999L);
    assertThat(first.getPeriod().getMembers()).isEqualTo(1_020);
    assertThat(first.getPlacesList()).noneMatch(BoardPlace::getEstimated);
    GetRankResponse exact = rank(merchant, "dense", "many-950", 1);
    assertThat(exact.getPlace().getPosition()).isEqualTo(41);
    assertThat(exact.getPlace().getEstimated()).isFalse();
    assertThat(exact.getAroundCount()).isEqualTo(3);

    GetRankResponse estimate = rank(merchant, "dense", "many-500", 1);
    assertThat(estimate.getPlace().getEstimated()).isTrue();
    assertThat(estimate.getPlace().getScore()).isEqualTo(510);
    assertThat(estimate.getPlace().getPosition()).isBetween(481, 501);
    assertThat(estimate.getTopPermille()).isBetween(470, 495);
    assertThat(estimate.getAroundList()).isEmpty();
    assertThat(rank(merchant, "dense", "nobody", 0).hasPlace()).isFalse();

    assertThat(rank(merchant, "dense", "many-889", 0).getPlace().getEstimated()).isTrue();
    hit(merchant, "many-889", 2);
    GetRankResponse risen = rank(merchant, "dense", "many-889", 0);
    assertThat(risen.getPlace().getPosition()).as("behind many-891").isEqualTo(101);
    assertThat(risen.getPlace().getEstimated()).isFalse();
    assertThat(own.instance(BoardWatch.class).checkAll())
        .as("what is not kept is no drift")
        .isZero();
  }

  @Test
  void pagesFollowEachOther() {
    TestMerchant merchant = merchant();
    for (int i = 0; i < 7; i++) {
      hit(merchant, "viewer-" + i, 7 - i);
    }
    List<String> seen = new ArrayList<>();
    String token = "";
    do {
      GetLeaderboardResponse page =
          stub(merchant)
              .getLeaderboard(
                  GetLeaderboardRequest.newBuilder()
                      .setBoardId("hunters")
                      .setPageSize(3)
                      .setPageToken(token)
                      .build());
      seen.addAll(ids(page));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(seen).hasSize(7).doesNotHaveDuplicates().startsWith("viewer-0");
  }

  @Test
  void aBoardThatIsNotThereIsRefusedWithThoseThatAre() {
    TestMerchant merchant = merchant();
    Refusals.assertRefused("BOARD_NOT_FOUND", () -> board(merchant, "hunter", ""));
    Refusals.assertInvalid(
        "room_id",
        "empty (expected: a room; the board is of a room)",
        () -> board(merchant, "room-hunters", ""));
  }

  @Test
  void viewersSeeTheirOwnPlaceAndEveryBoardOfTheRoom() {
    TestMerchant merchant = merchant();
    hit(merchant, "me", 1);
    var boards =
        LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "me"))
            .listLeaderboards(ListLeaderboardsRequest.newBuilder().setRoomId("room").build())
            .getBoardsList();
    assertThat(boards).hasSize(4);
    assertThat(boards).allMatch(board -> board.getOwn().getPosition() == 1);
    assertThat(boards.getFirst().getPeriod().getPeriod()).isEqualTo(DAY);
  }

  @Test
  void placesBearNamesAndNoViewerLearnsWhoIsAnonymous() {
    TestMerchant merchant = merchant();
    PublicProfile named = PublicProfile.newBuilder().setDisplayName("小林").build();
    PublicProfile hidden = PublicProfile.newBuilder().setAnonymous(true).build();
    show(merchant, "lin", named);
    show(merchant, "hidden", hidden);
    hit(merchant, "lin", 3);
    hit(merchant, "hidden", 2);
    hit(merchant, "plain", 1);
    GetLeaderboardResponse full = board(merchant, "hunters", "");
    assertThat(ids(full)).containsExactly("lin", "hidden", "plain");
    assertThat(full.getPlaces(0).getShownAs()).isEqualTo(named);
    assertThat(full.getPlaces(2).hasShownAs()).isFalse();
    assertThat(full.getCurrency()).isEqualTo("USD");

    GetLeaderboardResponse seen = boardOf(merchant, "plain");
    assertThat(ids(seen)).containsExactly("lin", "", "plain");
    assertThat(seen.getPlaces(1).getShownAs()).isEqualTo(hidden);
    GetLeaderboardResponse own = boardOf(merchant, "hidden");
    assertThat(ids(own)).containsExactly("lin", "hidden", "plain");
    assertThat(own.getPlaces(1).getOwn()).isTrue();
  }

  private static void show(TestMerchant merchant, String viewer, PublicProfile shown) {
    var unused =
        ViewerServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
            .setPublicProfile(
                SetPublicProfileRequest.newBuilder()
                    .setRequestId("show")
                    .setViewerId(viewer)
                    .setShownAs(shown)
                    .build());
  }

  private static GetLeaderboardResponse boardOf(TestMerchant merchant, String viewer) {
    return LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .getLeaderboard(GetLeaderboardRequest.newBuilder().setBoardId("hunters").build());
  }

  private TestMerchant merchant() {
    return merchant(server);
  }

  private static TestMerchant merchant(TestServer server) {
    return new TestMerchant(server, "merchant-" + IDS.incrementAndGet(), PROGRAM);
  }

  private static void hit(TestMerchant merchant, String viewer, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(merchant.report(viewer, "hit")).anyMatch(fact -> fact.hasScoreMoved());
    }
  }

  private static LeaderboardServiceGrpc.LeaderboardServiceBlockingStub stub(TestMerchant merchant) {
    return LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"));
  }

  private static GetLeaderboardResponse board(TestMerchant merchant, String board, String room) {
    return board(merchant, board, room, "");
  }

  private static GetLeaderboardResponse board(
      TestMerchant merchant, String board, String room, String period) {
    return stub(merchant)
        .getLeaderboard(
            GetLeaderboardRequest.newBuilder()
                .setBoardId(board)
                .setRoomId(room)
                .setPeriod(period)
                .setPageSize(100)
                .build());
  }

  private static GetRankResponse rank(
      TestMerchant merchant, String board, String viewer, int around) {
    return stub(merchant)
        .getRank(
            GetRankRequest.newBuilder()
                .setBoardId(board)
                .setViewerId(viewer)
                .setAround(around)
                .build());
  }

  private static void setMember(
      TestMerchant merchant, String requestId, String viewer, boolean removed) {
    var unused =
        stub(merchant)
            .setBoardMember(
                SetBoardMemberRequest.newBuilder()
                    .setRequestId(requestId)
                    .setBoardId("hunters")
                    .setPeriod(DAY)
                    .setViewerId(viewer)
                    .setRemoved(removed)
                    .setReason("bots")
                    .build());
  }

  private static long balance(TestMerchant merchant, String viewer) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewer).build())
        .getBalance();
  }

  private static StreamClient<WatchLeaderboardRequest, WatchLeaderboardResponse> watch(
      TestMerchant merchant, String viewer) {
    StreamClient<WatchLeaderboardRequest, WatchLeaderboardResponse> client =
        new StreamClient<>(Integer.MAX_VALUE);
    LeaderboardServiceGrpc.newStub(merchant.as(Role.VIEWER, viewer))
        .watchLeaderboard(
            WatchLeaderboardRequest.newBuilder().setBoardId("hunters").build(), client);
    return client;
  }

  private static List<String> ids(GetLeaderboardResponse board) {
    return board.getPlacesList().stream().map(BoardPlace::getViewerId).toList();
  }

  private static List<Integer> ranks(GetLeaderboardResponse board) {
    return board.getPlacesList().stream().map(BoardPlace::getRank).toList();
  }
}
