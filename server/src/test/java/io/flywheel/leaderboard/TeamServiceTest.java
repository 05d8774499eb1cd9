package io.flywheel.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetLeaderboardResponse;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.GetRankResponse;
import io.flywheel.v1.JoinTeamRequest;
import io.flywheel.v1.JoinTeamResponse;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.ListLeaderboardsRequest;
import io.flywheel.v1.ListLeaderboardsResponse;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.SetBoardMemberRequest;
import io.flywheel.v1.Team;
import io.flywheel.v1.WatchLeaderboardRequest;
import io.flywheel.v1.WatchLeaderboardResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A board of teams as viewers and merchants meet it, through a real server. */
final class TeamServiceTest {
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final String DAY = "2026-03-02";
  private static final String PROGRAM =
      """
      name: teams
      teams:
        teams:
          - {id: red, title: {zh: 红队, en: Red}, picture_url: "https://pictures.example/red.png"}
          - {id: blue, title: {zh: 蓝队, en: Blue}}
      leaderboards:
        - id: clash
          title: 对抗
          metric: {trigger: custom, custom: hit}
          scope: team
          period: day
          least_contribution: 2
          prizes: [{last_position: 1, rewards: [points: 100]}]
      """;

  @Test
  void teamsMoveAsTheirMembersScoreAndTheirMembersWinOnceAlsoAfterADowntime() throws Exception {
    try (TestServer server =
        TestServer.builder()
            .clock(MutableClock.at("2026-03-02T08:00:00Z"))
            .setting("leaderboard.keep-periods-for", "30d")
            .start()) {
      TestMerchant merchant = new TestMerchant(server, "clash", PROGRAM);
      assertThat(teams(board(merchant, "ann", "", ""))).containsExactly("blue 0/0", "red 0/0");
      assertThat(join(merchant, "ann", "red").getFactsCount()).isEqualTo(1);
      assertThat(join(merchant, "ann", "red")).as("a repeated request").isNotNull();
      join(merchant, "bob", "red");
      join(merchant, "cat", "blue");
      StreamClient<WatchLeaderboardRequest, WatchLeaderboardResponse> watching =
          new StreamClient<>(Integer.MAX_VALUE);
      LeaderboardServiceGrpc.newStub(merchant.as(Role.VIEWER, "cat"))
          .watchLeaderboard(
              WatchLeaderboardRequest.newBuilder().setBoardId("clash").build(), watching);
      assertThat(watching.next().getOwn().getTeam().getId()).isEqualTo("blue");

      hit(merchant, "ann", 3);
      hit(merchant, "bob", 1);
      hit(merchant, "cat", 2);
      hit(merchant, "dan", 9);
      GetLeaderboardResponse seen = board(merchant, "cat", "", "");
      assertThat(teams(seen)).containsExactly("red 4/2", "blue 2/1");
      assertThat(seen.getOwn().getPosition()).isEqualTo(2);
      assertThat(seen.getPlaces(1).getOwn()).isTrue();
      assertThat(seen.getPlaces(0).getOwn()).isFalse();
      assertThat(seen.getPlaces(0).getTeam())
          .isEqualTo(
              Team.newBuilder()
                  .setId("red")
                  .setTitle(seen.getPlaces(0).getTeam().getTitle())
                  .setPictureUrl("https://pictures.example/red.png")
                  .build());
      WatchLeaderboardResponse frame = watching.next();
      while (!teams(frame.getPlacesList()).equals(List.of("red 4/2", "blue 2/1"))) {
        frame = watching.next();
      }
      assertThat(frame.getOwn().getPosition()).isEqualTo(2);
      assertThat(members(board(merchant, "ann", "red", ""))).containsExactly("ann 3", "bob 1");

      GetRankResponse rank =
          viewer(merchant, "cat")
              .getRank(GetRankRequest.newBuilder().setBoardId("clash").setAround(1).build());
      assertThat(rank.getPlace().getTeam().getId()).isEqualTo("blue");
      assertThat(teams(rank.getAroundList())).containsExactly("red 4/2", "blue 2/1");
      ListLeaderboardsResponse all =
          viewer(merchant, "cat")
              .listLeaderboards(ListLeaderboardsRequest.newBuilder().setRoomId("r9").build());
      assertThat(all.getTeamsList().stream().map(Team::getId)).containsExactly("red", "blue");
      assertThat(all.getTeamId()).isEqualTo("blue");

      remove(merchant, "ann", "red", true);
      assertThat(teams(board(merchant, "cat", "", ""))).containsExactly("blue 2/1", "red 1/1");
      remove(merchant, "ann", "red", false);
      assertThat(server.instance(BoardWatch.class).checkAll()).isZero();

      server.clock().advance(Duration.ofDays(3));
      server.restart();
      TestMerchant again = new TestMerchant(server, "clash", PROGRAM);
      for (int i = 0; i < 2; i++) {
        again.settle();
        server.clock().advance(Duration.ofSeconds(10));
        again.settle();
      }
      assertThat(balance(again, "ann")).isEqualTo(100);
      assertThat(balance(again, "bob")).as("scored too little").isZero();
      assertThat(balance(again, "cat")).as("of the second team").isZero();
      GetLeaderboardResponse past = board(again, "cat", "", DAY);
      assertThat(past.getPeriod().getSettled()).isTrue();
      assertThat(teams(past)).containsExactly("red 4/2", "blue 2/1");
      remove(again, "ann", "red", true);
      assertThat(balance(again, "ann")).isZero();

      server.clock().advance(Duration.ofDays(40));
      again.settle();
      server.instance(Chores.class).run(BoardPurgeDao.class);
      assertThat(rows(server)).as("rows of scores and periods").isZero();
    }
  }

  private static long rows(TestServer server) {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery(
                    """
                    SELECT (SELECT COUNT(*) FROM board_score) + (SELECT COUNT(*) FROM board_period)\
                    """)
                .mapTo(Long.class)
                .one());
  }

  private static JoinTeamResponse join(TestMerchant merchant, String viewer, String team) {
    return viewer(merchant, viewer)
        .joinTeam(
            JoinTeamRequest.newBuilder().setRequestId("join-" + team).setTeamId(team).build());
  }

  private static void hit(TestMerchant merchant, String viewer, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(merchant.report(viewer, "hit")).isNotNull();
    }
  }

  private static void remove(TestMerchant merchant, String viewer, String team, boolean removed) {
    var unused =
        LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
            .setBoardMember(
                SetBoardMemberRequest.newBuilder()
                    .setRequestId("set-" + REQUESTS.incrementAndGet())
                    .setBoardId("clash")
                    .setRoomId(team)
                    .setPeriod(DAY)
                    .setViewerId(viewer)
                    .setRemoved(removed)
                    .setReason("bots")
                    .build());
  }

  private static GetLeaderboardResponse board(
      TestMerchant merchant, String viewer, String team, String period) {
    return viewer(merchant, viewer)
        .getLeaderboard(
            GetLeaderboardRequest.newBuilder()
                .setBoardId("clash")
                .setRoomId(team)
                .setPeriod(period)
                .build());
  }

  private static long balance(TestMerchant merchant, String viewer) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewer).build())
        .getBalance();
  }

  private static LeaderboardServiceGrpc.LeaderboardServiceBlockingStub viewer(
      TestMerchant merchant, String viewer) {
    return LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer));
  }

  private static List<String> teams(GetLeaderboardResponse board) {
    return teams(board.getPlacesList());
  }

  /** Each team with its score and how many have scored for it, the best first. */
  private static List<String> teams(List<BoardPlace> places) {
    return places.stream()
        .map(place ->
            "%s %d/%d".formatted(place.getTeam().getId(), place.getScore(), place.getMembers()))
        .toList();
  }

  private static List<String> members(GetLeaderboardResponse board) {
    return board.getPlacesList().stream()
        .map(place -> place.getViewerId() + " " + place.getScore())
        .toList();
  }
}
