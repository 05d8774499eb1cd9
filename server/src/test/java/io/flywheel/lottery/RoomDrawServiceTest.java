package io.flywheel.lottery;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.hash.Hashing;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.ListRoomDrawEntrantsRequest;
import io.flywheel.v1.ListRoomDrawEntrantsResponse;
import io.flywheel.v1.ListRoomDrawsRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RoomDrawMoved;
import io.flywheel.v1.RoomDrawServiceGrpc;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RoomDrawView;
import io.flywheel.v1.RoomDrawWinner;
import io.flywheel.v1.SetPublicProfileRequest;
import io.flywheel.v1.StartRoomDrawRequest;
import io.flywheel.v1.StartRoomDrawResponse;
import io.flywheel.v1.ViewerChange;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.flywheel.v1.WithdrawRoomDrawRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Draws of a room as viewers and hosts meet them, through a real server. */
final class RoomDrawServiceTest {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static final String ROOM = "room";

  private static final String PROGRAM =
      """
      name: room draws
      room_draws:
        - id: bag
          title: 福袋
          open_for: 3m
          entry: {trigger: custom, custom: wave}
          threshold: 2
          prizes:
            - {id: big, title: 大奖, value_minor: 9900, rewards: [points: 100]}
            - {id: small, title: 小奖, winners: 2, rewards: [points: 10]}
          organizer: 测试商家，电话 000
          delivery: 即时到账
      """;

  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whoDidEnoughInTheWindowWinsAsAnybodyCanReckon() throws Exception {
    TestMerchant merchant = merchant();
    for (int i = 0; i < 10; i++) {
      show(merchant, "v" + i);
    }
    wave(merchant, "early");
    RoomDrawView begun = start(merchant).getDraw();
    assertThat(begun.getServerSeed()).isEmpty();
    assertThat(begun.getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_OPEN);
    for (int i = 0; i < 10; i++) {
      wave(merchant, "v" + i);
      wave(merchant, "v" + i);
      wave(merchant, "v" + i);
    }
    wave(merchant, "early");
    RoomDrawView open = seen(merchant, Role.VIEWER, "early");
    assertThat(open.getEntrants()).as("what was done before does not count").isEqualTo(10);
    assertThat(open.getOwn().getEntered()).isFalse();
    assertThat(open.getOwn().getProgress()).isEqualTo(1);
    assertThat(open.getServerSeed()).isEmpty();
    assertThat(open.getWinnersList()).isEmpty();
    assertRefused("ROOM_DRAW_NOT_FOUND", () -> entrants(merchant, 1, 100, ""));

    server.clock().advance(Duration.ofMinutes(3));
    assertThat(seen(merchant, Role.VIEWER, "v1").getState())
        .isEqualTo(RoomDrawState.ROOM_DRAW_STATE_CLOSED);
    wave(merchant, "early");
    settle(merchant);

    RoomDrawView drawn = seen(merchant, Role.VIEWER, "v1");
    assertThat(drawn.getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_DRAWN);
    assertThat(drawn.getCommitment()).isEqualTo(begun.getCommitment());
    assertThat(drawn.getConfigurationHash()).isEqualTo(begun.getConfigurationHash());
    assertThat(drawn.getOwn().getEntered()).isTrue();
    List<String> tags = allTags(merchant, 1);
    assertThat(tags).hasSize(10).isSorted();
    assertThat(reckoned(drawn, tags))
        .isEqualTo(drawn.getWinnersList().stream().map(RoomDrawWinner::getTag).toList());
    assertThat(drawn.getWinnersList().stream().map(RoomDrawWinner::getPrizeId))
        .containsExactly("big", "small", "small");
    List<RoomDrawWinner> winners = seen(merchant, Role.HOST, "host").getWinnersList();
    assertThat(drawn.getWinnersList())
        .as("a viewer is told neither name nor id of another one who is anonymous")
        .isEqualTo(winners.stream().map(winner -> asSeenBy("v1", winner)).toList());
    RoomDrawWinner best = winners.getFirst();
    assertThat(seen(merchant, Role.VIEWER, best.getViewerId()).getWinners(0))
        .as("whoever has won is told of it in any case")
        .isEqualTo(best);
    for (RoomDrawWinner winner : winners) {
      assertThat(winner.getTag()).isEqualTo(tagOf(drawn, winner.getViewerId()));
      assertThat(winner.getShownAs()).isEqualTo(shownAs(winner.getViewerId()).build());
      assertThat(balance(merchant, winner.getViewerId()))
          .isEqualTo(winner.getPrizeId().equals("big") ? 100 : 10);
    }
    assertThat(balances(merchant)).as("nobody else gets anything").isEqualTo(120);
  }

  @Test
  void anEndThatFallsIntoADowntimeIsDrawnOnceWhenTheServiceIsBack() throws Exception {
    TestMerchant merchant = merchant();
    StartRoomDrawResponse begun = start(merchant);
    for (int i = 0; i < 10; i++) {
      wave(merchant, "v" + i);
      wave(merchant, "v" + i);
    }
    server.stopServer();
    server.clock().advance(Duration.ofHours(5));
    server.restart();
    TestMerchant back = new TestMerchant(server, merchant.id(), PROGRAM);
    settle(back);
    RoomDrawView drawn = seen(back, Role.HOST, "host");
    settle(back);
    assertThat(drawn.getCommitment()).isEqualTo(begun.getDraw().getCommitment());
    assertThat(drawn.getWinnersList()).hasSize(3);
    assertThat(seen(back, Role.HOST, "host")).isEqualTo(drawn);
    assertThat(balances(back)).isEqualTo(120);
  }

  @Test
  void twoNodesDrawOnceAndCountEveryEntrantThatTheyAnsweredForInTime() throws Exception {
    TestMerchant merchant = merchant();
    try (TestServer other = server.another()) {
      TestMerchant there = new TestMerchant(other, merchant.id(), PROGRAM);
      StartRoomDrawResponse begun = start(merchant);
      List<Callable<Void>> waves = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String viewer = "v" + i;
        TestMerchant node = i % 2 == 0 ? merchant : there;
        waves.add(() -> {
          wave(node, viewer);
          wave(node, viewer);
          return null;
        });
      }
      all(waves);
      server.clock().advance(Duration.ofMinutes(3));
      all(
          List.of(
              () -> {
                settle(merchant);
                return null;
              },
              () -> {
                settle(there);
                return null;
              }));
      settle(merchant);
      settle(there);
      RoomDrawView drawn = seen(merchant, Role.HOST, "host");
      assertThat(drawn.getEntrants()).isEqualTo(40);
      assertThat(allTags(merchant, begun.getDraw().getNumber())).hasSize(40);
      assertThat(drawn.getWinnersList()).hasSize(3);
      assertThat(seen(there, Role.HOST, "host")).isEqualTo(drawn);
      assertThat(balances(merchant)).isEqualTo(120);
    }
  }

  @Test
  void whoWatchesTheRoomIsToldThatADrawBeganAndWasDrawn() throws Exception {
    TestMerchant merchant = merchant();
    RoomNews here = new RoomNews(server, merchant, "v0", ROOM);
    RoomNews elsewhere = new RoomNews(server, merchant, "v1", "another-room");
    var unused = start(merchant);
    for (String viewer : List.of("v0", "v1")) {
      wave(merchant, viewer);
      wave(merchant, viewer);
    }
    server.clock().advance(Duration.ofMinutes(3));
    settle(merchant);
    here.awaitOwn(Fact::hasRoomDrawWon); // there is a prize for each of both
    elsewhere.awaitOwn(Fact::hasRoomDrawWon);
    assertThat(here.news)
        .extracting(RoomDrawMoved::getState, RoomDrawMoved::getEntrants)
        .containsExactly(
            tuple(RoomDrawState.ROOM_DRAW_STATE_OPEN, 0L),
            tuple(RoomDrawState.ROOM_DRAW_STATE_DRAWN, 2L));
    assertThat(here.own).as("as before").anyMatch(Fact::hasRoomDrawEntered);
    assertThat(elsewhere.news).isEmpty();
  }

  /** What a stream tells of a viewer, and of a room. */
  private static final class RoomNews {
    private final StreamClient<WatchViewerRequest, WatchViewerResponse> stream =
        new StreamClient<>(Integer.MAX_VALUE);
    private final List<RoomDrawMoved> news = new ArrayList<>();
    private final List<Fact> own = new ArrayList<>();

    RoomNews(TestServer node, TestMerchant merchant, String viewerId, String roomId)
        throws InterruptedException {
      ViewerServiceGrpc.newStub(node.channel(node.tokenFor(merchant.id(), Role.VIEWER, viewerId)))
          .watchViewer(WatchViewerRequest.newBuilder().setRoomId(roomId).build(), stream);
      assertThat(stream.next().hasSnapshot()).isTrue();
    }

    void awaitOwn(Predicate<Fact> what) throws InterruptedException {
      while (own.stream().noneMatch(what)) {
        ViewerChange change = stream.next().getChange();
        if (change.getRoomId().isEmpty()) {
          own.addAll(change.getFactsList());
        } else {
          assertThat(change.getRoomId()).isEqualTo(ROOM);
          change.getFactsList().forEach(fact -> news.add(fact.getRoomDrawMoved()));
        }
      }
    }
  }

  @Test
  void aWithdrawnDrawIsWonByNobodyAndShowsItsSeed() {
    TestMerchant merchant = merchant();
    var unused = start(merchant);
    wave(merchant, "v0");
    wave(merchant, "v0");
    RoomDrawView withdrawn = withdraw(merchant, 1);
    assertThat(withdrawn.getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_WITHDRAWN);
    assertThat(sha256(HexFormat.of().parseHex(withdrawn.getServerSeed())))
        .isEqualTo(withdrawn.getCommitment());
    assertThat(withdrawn.getReason()).isEqualTo("the wrong prize");
    assertRefused("ROOM_DRAW_ENDED", () -> withdraw(merchant, 1));
    assertRefused("ROOM_DRAW_NOT_FOUND", () -> withdraw(merchant, 2));
    assertThat(rows(merchant)).as("nothing is written of what does not exist").isEqualTo(1);
    server.clock().advance(Duration.ofMinutes(3));
    settle(merchant);
    assertThat(balance(merchant, "v0")).isZero();
  }

  @Test
  void theRecordOfADrawIsKeptForThreeYearsAndThenForgotten() {
    TestMerchant merchant = merchant();
    var unused = start(merchant);
    wave(merchant, "v0");
    wave(merchant, "v0");
    server.clock().advance(Duration.ofMinutes(3));
    settle(merchant);
    assertThat(allTags(merchant, 1)).hasSize(1);
    Chores chores = server.instance(Chores.class);
    server.clock().advance(DrawPurgeDao.KEEP_FOR.minusDays(1));
    chores.run(RoomDrawPurgeDao.class);
    TestMerchant yearsLater = new TestMerchant(server, merchant.id(), PROGRAM);
    assertThat(seen(yearsLater, Role.HOST, "host").getWinnersCount()).isEqualTo(1);
    assertThat(allTags(yearsLater, 1)).hasSize(1);

    server.clock().advance(Duration.ofDays(2));
    var second = start(yearsLater);
    chores.run(RoomDrawPurgeDao.class);
    assertThat(seen(yearsLater, Role.HOST, "host").getNumber())
        .as("the open one is not touched")
        .isEqualTo(second.getDraw().getNumber());
    assertRefused("ROOM_DRAW_NOT_FOUND", () -> allTags(yearsLater, 1));
    server.clock().advance(DrawPurgeDao.KEEP_FOR.plusDays(1).negated());
  }

  @Test
  void oneOfAKindIsOpenInARoomAtATimeAndOnlyHostsStartThem() {
    TestMerchant merchant = merchant();
    var unused = start(merchant);
    assertRefused("ROOM_DRAW_OPEN", () -> start(merchant));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            RoomDrawServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "v"))
                .startRoomDraw(
                    StartRoomDrawRequest.newBuilder()
                        .setRequestId("mine")
                        .setRoomId(ROOM)
                        .setRoomDrawId("bag")
                        .build()));
    server.clock().advance(Duration.ofMinutes(3));
    settle(merchant);
    assertThat(start(merchant).getDraw().getNumber()).isEqualTo(2);
    assertThat(seen(merchant, Role.HOST, "host").getEntrants()).isZero();
  }

  @Test
  void aDrawGoesByTheRulesThatItBeganWith() {
    TestMerchant merchant = merchant();
    RoomDrawView begun = start(merchant).getDraw();
    merchant.apply(PROGRAM.replace("threshold: 2", "threshold: 200").replace("100]", "1]"));
    wave(merchant, "v0");
    wave(merchant, "v0");
    server.clock().advance(Duration.ofMinutes(3));
    settle(merchant);
    assertThat(balance(merchant, "v0")).isEqualTo(100);
    assertThat(seen(merchant, Role.HOST, "host").getConfigurationHash())
        .isEqualTo(begun.getConfigurationHash());
  }

  /** The winners' tags, reckoned from what is published and from nothing else. */
  private static List<String> reckoned(RoomDrawView drawn, List<String> tags) throws Exception {
    byte[] seed = HexFormat.of().parseHex(drawn.getServerSeed());
    assertThat(sha256(seed)).isEqualTo(drawn.getCommitment());
    String hash = sha256((String.join("\n", tags) + "\n").getBytes(StandardCharsets.US_ASCII));
    assertThat(hash).isEqualTo(drawn.getEntrantsHash());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(seed, "HmacSHA256"));
    return tags.stream()
        .sorted(
            Comparator.comparing(tag ->
                HexFormat.of()
                    .formatHex(
                        mac.doFinal((hash + ":" + tag).getBytes(StandardCharsets.US_ASCII)))))
        .limit(3)
        .toList();
  }

  private static String tagOf(RoomDrawView draw, String viewerId) {
    return sha256((draw.getCommitment() + ":" + viewerId).getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) {
    return Hashing.sha256().hashBytes(bytes).toString();
  }

  private TestMerchant merchant() {
    return new TestMerchant(server, "room-draws-" + IDS.incrementAndGet(), PROGRAM);
  }

  private static void settle(TestMerchant merchant) {
    for (int i = 0; i < 3; i++) { // the end, the draw, the prizes
      merchant.settle();
    }
  }

  private static StartRoomDrawResponse start(TestMerchant merchant) {
    return RoomDrawServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"))
        .startRoomDraw(
            StartRoomDrawRequest.newBuilder()
                .setRequestId("start-" + IDS.incrementAndGet())
                .setRoomId(ROOM)
                .setRoomDrawId("bag")
                .build());
  }

  private static RoomDrawView withdraw(TestMerchant merchant, long number) {
    return RoomDrawServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"))
        .withdrawRoomDraw(
            WithdrawRoomDrawRequest.newBuilder()
                .setRequestId("withdraw-" + IDS.incrementAndGet())
                .setRoomId(ROOM)
                .setNumber(number)
                .setReason("the wrong prize")
                .build())
        .getDraw();
  }

  private static RoomDrawView seen(TestMerchant merchant, Role role, String subject) {
    return RoomDrawServiceGrpc.newBlockingStub(merchant.as(role, subject))
        .listRoomDraws(ListRoomDrawsRequest.newBuilder().setRoomId(ROOM).build())
        .getDraws(0);
  }

  private long rows(TestMerchant merchant) {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery("SELECT COUNT(*) FROM room_draw WHERE merchant_id = :merchant")
                .bind("merchant", merchant.id())
                .mapTo(Long.class)
                .one());
  }

  private static List<String> allTags(TestMerchant merchant, long number) {
    List<String> tags = new ArrayList<>();
    String token = "";
    do {
      ListRoomDrawEntrantsResponse page = entrants(merchant, number, 3, token);
      tags.addAll(page.getTagsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return tags;
  }

  private static ListRoomDrawEntrantsResponse entrants(
      TestMerchant merchant, long number, int size, String token) {
    return RoomDrawServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anyone"))
        .listRoomDrawEntrants(
            ListRoomDrawEntrantsRequest.newBuilder()
                .setRoomId(ROOM)
                .setNumber(number)
                .setPageSize(size)
                .setPageToken(token)
                .build());
  }

  /** Every other viewer is anonymous. */
  private static PublicProfile.Builder shownAs(String viewer) {
    boolean isNamed = viewer.charAt(1) % 2 == 1;
    return isNamed
        ? PublicProfile.newBuilder().setDisplayName("Name of " + viewer)
        : PublicProfile.newBuilder().setAnonymous(true);
  }

  private static void show(TestMerchant merchant, String viewer) {
    var unused =
        ViewerServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "shop"))
            .setPublicProfile(
                SetPublicProfileRequest.newBuilder()
                    .setRequestId("show-" + viewer)
                    .setViewerId(viewer)
                    .setShownAs(shownAs(viewer))
                    .build());
  }

  private static RoomDrawWinner asSeenBy(String viewer, RoomDrawWinner winner) {
    boolean isHidden = winner.getShownAs().getAnonymous() && !winner.getViewerId().equals(viewer);
    return isHidden ? winner.toBuilder().clearViewerId().build() : winner;
  }

  private static void wave(TestMerchant merchant, String viewer) {
    var unused = merchant.report(viewer, "wave");
  }

  private static long balance(TestMerchant merchant, String viewer) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewer).build())
        .getBalance();
  }

  private static long balances(TestMerchant merchant) {
    long sum = 0;
    for (int i = 0; i < 40; i++) {
      sum += balance(merchant, "v" + i);
    }
    return sum;
  }

  private static void all(List<Callable<Void>> calls) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Void> call : threads.invokeAll(calls)) {
        var unused = call.get();
      }
    }
  }
}
