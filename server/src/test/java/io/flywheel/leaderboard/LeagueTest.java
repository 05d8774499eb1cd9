package io.flywheel.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestPrograms;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetLeagueRequest;
import io.flywheel.v1.GetLeagueResponse;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.League;
import io.flywheel.v1.LeagueDivision;
import io.flywheel.v1.LeagueDivisionState;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.SetBoardMemberRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who plays with whom in a league, and who rises and falls. */
final class LeagueTest {
  private static final Instant START = Instant.parse("2026-03-02T04:00:00Z");
  private static final ViewerKey ANN = new ViewerKey("shop", "ann");

  private static final String PROGRAM =
      """
      leaderboards:
        - id: ladder
          title: 联赛
          metric: {trigger: custom, custom: hit}
          period: day
          prizes: [{last_position: 1, rewards: [points: 7]}]
          league:
            cohort_size: 4
            promoted: 1
            relegated: 1
            divisions:
              - {id: bronze, title: 青铜}
              - {id: silver, title: 白银, rewards: [points: 50]}
              - {id: gold, title: 黄金, rewards: [points: 90]}
        - id: plain
          title: 无联赛
          metric: {trigger: custom, custom: hit}
      """;

  @Test
  void membersFillCohortsInTheOrderInWhichTheyScoreAndRiseFallOrStayAtTheEnd() throws Exception {
    try (TestServer server = TestServer.start()) {
      TestMerchant merchant = new TestMerchant(server, "shop", PROGRAM);
      for (String viewer : List.of("ann", "bob", "cat", "dan", "eve")) {
        hit(merchant, viewer, 1);
      }
      hit(merchant, "bob", 1);
      assertThat(ids(league(merchant, "ann"))).containsExactly("bob", "ann", "cat", "dan");
      GetLeagueResponse alone = league(merchant, "eve");
      assertThat(alone.getCohort()).isEqualTo(2);
      assertThat(alone.getPromoted()).as("nobody who is alone moves").isZero();
      assertThat(league(merchant, "bob").getOwn().getPosition()).isEqualTo(1);
      assertThat(league(merchant, "nobody").getCohort()).isZero();
      assertThat(league(merchant, "ann").getDivisionsList())
          .extracting(LeagueDivisionState::getMembers)
          .containsExactly(5, 0, 0);
      assertThat(ids(cohort(merchant, "bronze", 2))).containsExactly("eve");

      // The new day has begun, and the old one is not settled yet: who scores now joins then.
      server.clock().advance(Duration.ofDays(1));
      hit(merchant, "bob", 1);
      assertThat(league(merchant, "bob").getWaiting()).isTrue();
      assertThat(league(merchant, "bob").getCohort()).isZero();
      server.clock().advance(Duration.ofMinutes(6));
      settle(server, merchant);
      GetLeagueResponse risen = league(merchant, "bob");
      assertThat(risen.getDivisionId()).isEqualTo("silver");
      assertThat(risen.getCohort()).isEqualTo(1);
      assertThat(ids(risen)).containsExactly("bob");
      assertThat(risen.getLatest().getPosition()).isEqualTo(1);
      assertThat(risen.getLatest().getNumber()).isEqualTo(2);
      assertThat(balance(merchant, "bob")).as("the board's prize and the rise").isEqualTo(57);
      assertThat(league(merchant, "dan").getLatest().getMembers()).isEqualTo(4);
      assertThat(league(merchant, "dan").getDivisionId())
          .as("nobody falls below")
          .isEqualTo("bronze");

      // Whoever is found to have cheated loses what the rise had given.
      remove(merchant, "bob", "2026-03-02");
      assertThat(balance(merchant, "bob")).isZero();
    }
  }

  @Test
  void whoDoesNotPlayFallsADivisionADayAlsoWhileTheServiceIsOff() throws Exception {
    try (TestServer server = TestServer.start()) {
      TestMerchant merchant = new TestMerchant(server, "shop", PROGRAM);
      for (int day = 0; day < 2; day++) {
        hit(merchant, "ann", 2);
        hit(merchant, "bob", 1);
        server.clock().advance(Duration.ofDays(1).plusMinutes(10));
        settle(server, merchant);
      }
      assertThat(league(merchant, "ann").getDivisionId()).as("alone in silver").isEqualTo("silver");
      hit(merchant, "ann", 1);
      server.clock().advance(Duration.ofDays(2));
      server.restart();
      TestMerchant back = new TestMerchant(server, "shop", PROGRAM);
      settle(server, back);
      assertThat(league(back, "ann").getLatest().getPeriod()).isEqualTo("2026-03-04");
      assertThat(league(back, "ann").getDivisionId()).as("a day was missed").isEqualTo("bronze");
      hit(back, "ann", 1);
      GetLeagueResponse now = league(back, "ann");
      assertThat(now.getDivisionId()).isEqualTo("bronze");
      assertThat(now.getCohort()).isEqualTo(1);
    }
  }

  @Test
  void aLeagueThatIsAddedWithinAPeriodIsSettledWithItAndOneThatIsDroppedLeavesNobodyBehind()
      throws Exception {
    try (TestServer server = TestServer.start()) {
      String without = PROGRAM.replaceAll("(?s)    league:.*?(?=  - id: plain)", "");
      TestMerchant merchant = new TestMerchant(server, "shop", without);
      hit(merchant, "early", 1);
      merchant.apply(PROGRAM);
      hit(merchant, "ann", 3);
      hit(merchant, "bob", 1);
      assertThat(ids(league(merchant, "ann"))).containsExactly("ann", "bob");
      merchant.apply(without);
      server.clock().advance(Duration.ofDays(1).plusMinutes(10));
      settle(server, merchant);
      merchant.apply(PROGRAM);
      hit(merchant, "ann", 1);
      assertThat(league(merchant, "ann").getWaiting()).isFalse();
      assertThat(ids(league(merchant, "ann"))).containsExactly("ann");
    }
  }

  @Test
  void whoWasMissedWhenAPeriodEndedPlaysAgainOnceAWholeOneHasPassed() {
    RecordingTurn turn = turn();
    putInSilver(turn);
    hit(turn, 0);
    turn.settle(START.plus(Duration.ofDays(1)));
    hit(turn, 1);
    assertThat(standing(turn).getPeriod()).as("waits for the end").isEqualTo("2026-03-02");
    assertThat(standing(turn).getWaitingPeriod()).isEqualTo("2026-03-03");
    turn.settle(START.plus(Duration.ofDays(2)));
    hit(turn, 2);
    assertThat(standing(turn).getPeriod()).isEqualTo("2026-03-04");
    assertThat(standing(turn).getWaitingPeriod()).isEmpty();
    assertThat(standing(turn).getDivisionId()).as("no day was idle").isEqualTo("silver");
  }

  @Test
  void whoScoredInAPeriodThatEndedBeforeTheOneBeforeWasToldDidNotIdle() {
    RecordingTurn turn = turn();
    putInSilver(turn);
    hit(turn, 0);
    hit(turn, 1);
    BoardKey day = new BoardKey("shop", "ladder", "", "2026-03-02");
    turn.restore(
        TestPrograms.instance(CohortsSlice.class),
        new CohortsSlice.From(new DivisionKey(day, ""), 0),
        ImmutableList.of(new CohortsSlice.Cohort("silver", 1, ImmutableList.of("ann"))));
    Instant back = START.plus(Duration.ofDays(2));
    turn.settleLate(back);
    turn.settleLate(back.plusSeconds(10));
    assertThat(standing(turn).getLatest().getPeriod()).isEqualTo("2026-03-02");
    hit(turn, 2);
    assertThat(standing(turn).getPeriod()).isEqualTo("2026-03-04");
    assertThat(standing(turn).getDivisionId()).isEqualTo("silver");
  }

  @Test
  void whatARiseGaveIsTakenAndGivenBackAsOftenAsTheMemberIs() {
    RecordingTurn turn = turn();
    hit(turn, 0);
    BoardKey day = new BoardKey("shop", "ladder", "", "2026-03-02");
    turn.restore(
        TestPrograms.instance(CohortsSlice.class),
        new CohortsSlice.From(new DivisionKey(day, ""), 0),
        ImmutableList.of(new CohortsSlice.Cohort("bronze", 1, ImmutableList.of("ann", "bob"))));
    turn.settle(START.plus(Duration.ofDays(1)));
    assertThat(standing(turn).getDivisionId()).isEqualTo("silver");
    turn.setViewer(ANN);
    for (int i = 0; i < 2; i++) {
      assertThat(turn.profileNow().getPoints()).isEqualTo(50);
      List<Fact> taken = set(turn, day, true);
      assertThat(taken.stream().filter(Fact::hasRewardRevoked))
          .singleElement()
          .satisfies(fact ->
              assertThat(fact.getRewardRevoked().getCause().getBoard().getDivisionId())
                  .isEqualTo("silver"));
      assertThat(turn.profileNow().getPoints()).isZero();
      set(turn, day, false);
    }
  }

  private static void putInSilver(RecordingTurn turn) {
    turn.restore(
        TestPrograms.instance(LeagueSlice.class),
        new LeagueKey("ladder", ANN),
        LeagueStanding.newBuilder()
            .setDivisionId("silver")
            .setNumber(2)
            .setPeriod("2026-03-01")
            .setEndsMs(Instant.parse("2026-03-01T16:00:00Z").toEpochMilli())
            .setClosed(true)
            .build());
  }

  private static List<Fact> set(RecordingTurn turn, BoardKey board, boolean removed) {
    return turn.run(
        START.plus(Duration.ofDays(2)),
        new BoardReactor.SetMember(board, removed, AdjustmentCause.getDefaultInstance()));
  }

  private static RecordingTurn turn() {
    return new RecordingTurn(
        TestPrograms.all().compile(1, TestPrograms.check(PROGRAM).orThrow()),
        ANN,
        TestPrograms.reactors());
  }

  private static void hit(RecordingTurn turn, int day) {
    Instant at = START.plus(Duration.ofDays(day));
    assertThat(
            turn.run(
                at,
                Event.newBuilder()
                    .setEventId("day-" + day)
                    .setViewerId(ANN.viewerId())
                    .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
                    .setCustom(CustomEvent.newBuilder().setName("hit"))
                    .build()))
        .anyMatch(Fact::hasScoreMoved);
  }

  private static LeagueStanding standing(RecordingTurn turn) {
    return turn.get(TestPrograms.instance(LeagueSlice.class), new LeagueKey("ladder", ANN));
  }

  @Test
  void aBoardWithoutALeagueSaysSo() throws Exception {
    try (TestServer server = TestServer.start()) {
      TestMerchant merchant = new TestMerchant(server, "shop", PROGRAM);
      assertThatThrownBy(() ->
              stub(merchant)
                  .getLeague(
                      GetLeagueRequest.newBuilder().setBoardId("plain").setViewerId("v").build()))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("expected: a board with a league");
      assertThatThrownBy(() -> cohort(merchant, "tin", 1))
          .hasMessageContaining("expected: a division of the league");
    }
  }

  @ParameterizedTest
  @CsvSource({
    // size, promoted, relegated, members: rise, fall
    "30, 7, 5, 30, 7, 5",
    "30, 7, 5, 15, 4, 3",
    "30, 7, 5, 3, 1, 1",
    "30, 7, 5, 2, 0, 0",
    "30, 7, 5, 1, 0, 0",
    "4, 2, 2, 1, 0, 0",
    "4, 2, 2, 3, 2, 1",
    "2, 1, 1, 2, 1, 1",
    "100, 99, 1, 2, 2, 0",
    "0, 0, 0, 5, 0, 0", // the board has no league any more
  })
  void aCohortThatIsNotFullMovesAsLargeAPart(
      int size, int promoted, int relegated, int members, int rise, int fall) {
    League league =
        League.newBuilder()
            .setCohortSize(size)
            .setPromoted(promoted)
            .setRelegated(relegated)
            .build();
    assertThat(LeagueRules.promoted(league, members)).isEqualTo(rise);
    assertThat(LeagueRules.relegated(league, members)).isEqualTo(fall);
    for (int position = 1; position <= members; position++) {
      assertThat(LeagueRules.way(league, position, members))
          .isEqualTo(position <= rise ? 1 : position > members - fall ? -1 : 0);
    }
  }

  @Test
  void aLeagueThatCanNotBePlayedIsRefusedWithTheReason() {
    assertThat(
            TestPrograms.check(
                    """
                    leaderboards:
                      - id: a
                        title: A
                        metric: {trigger: like}
                        scope: room
                        period: all_time
                        league:
                          cohort_size: 5
                          promoted: 4
                          relegated: 2
                          divisions:
                            - {id: one, title: One, rewards: [points: 1]}
                            - {id: one, title: Two}
                    """)
                .mistakes()
                .stream()
                .map(mistake -> mistake.getPath() + ": " + mistake.getMessage()))
        .containsExactlyInAnyOrder(
            "leaderboards[0].league: given (expected: nothing; it is only for the scope merchant and the periods day, week and month)",
            "leaderboards[0].league.divisions[1].id: one (expected: an id that no other division has)",
            "leaderboards[0].league.divisions[0].rewards: given (expected: nothing; nobody rises to the lowest division)",
            "leaderboards[0].league.promoted: 4 (expected: with relegated at most the size of a cohort, 5)");
  }

  @Test
  void aDivisionThatTheProgramHasNoMoreLeavesItsMembersAtItsPlace() {
    League league =
        League.newBuilder()
            .addDivisions(LeagueDivision.newBuilder().setId("one"))
            .addDivisions(LeagueDivision.newBuilder().setId("two"))
            .build();
    assertThat(LeagueRules.numberOf(league, LeagueStanding.getDefaultInstance())).isEqualTo(1);
    assertThat(
            LeagueRules.numberOf(
                league, LeagueStanding.newBuilder().setDivisionId("gone").setNumber(7).build()))
        .isEqualTo(2);
    assertThat(
            LeagueRules.numberOf(
                league, LeagueStanding.newBuilder().setDivisionId("two").setNumber(1).build()))
        .isEqualTo(2);
  }

  /** Closes the periods that are over, and tells their members. */
  private static void settle(TestServer server, TestMerchant merchant) {
    merchant.settle();
    server.clock().advance(Duration.ofSeconds(10));
    merchant.settle();
  }

  private static void hit(TestMerchant merchant, String viewer, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(merchant.report(viewer, "hit")).anyMatch(fact -> fact.hasScoreMoved());
    }
  }

  private static LeaderboardServiceGrpc.LeaderboardServiceBlockingStub stub(TestMerchant merchant) {
    return LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"));
  }

  private static GetLeagueResponse league(TestMerchant merchant, String viewer) {
    return LeaderboardServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .getLeague(GetLeagueRequest.newBuilder().setBoardId("ladder").build());
  }

  private static GetLeagueResponse cohort(TestMerchant merchant, String division, int cohort) {
    return stub(merchant)
        .getLeague(
            GetLeagueRequest.newBuilder()
                .setBoardId("ladder")
                .setDivisionId(division)
                .setCohort(cohort)
                .build());
  }

  private static void remove(TestMerchant merchant, String viewer, String period) {
    var unused =
        stub(merchant)
            .setBoardMember(
                SetBoardMemberRequest.newBuilder()
                    .setRequestId("off")
                    .setBoardId("ladder")
                    .setPeriod(period)
                    .setViewerId(viewer)
                    .setRemoved(true)
                    .setReason("bots")
                    .build());
  }

  private static long balance(TestMerchant merchant, String viewer) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewer).build())
        .getBalance();
  }

  private static List<String> ids(GetLeagueResponse league) {
    return league.getPlacesList().stream().map(BoardPlace::getViewerId).toList();
  }
}
