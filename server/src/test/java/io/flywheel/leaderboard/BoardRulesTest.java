package io.flywheel.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.MemoryEngine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.InviteAccepted;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.LeaderboardSettled;
import io.flywheel.v1.RankStyle;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.ScoreMoved;
import io.flywheel.v1.SetBoardMemberResponse;
import io.flywheel.v1.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What boards count, how periods end, and who wins what, without a database. */
final class BoardRulesTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
  private static final Instant CLOSED = Instant.parse("2026-03-02T16:05:00Z");
  private static final Instant PAID = CLOSED.plusSeconds(10);
  private static final AdjustmentCause CHEAT =
      AdjustmentCause.newBuilder().setReason("cheat").setAdjustedBy("owner").build();

  private static final String PROGRAM =
      """
      name: boards
      time_zone: Asia/Shanghai
      leaderboards:
        - id: day
          title: Day
          metric: {trigger: custom, custom: hit}
          period: day
          prizes:
            - {last_position: 1, rewards: [points: 100]}
            - {last_position: 3, rewards: [points: 40, freeze: 1]}
        - id: room
          title: Room
          metric: {trigger: custom, custom: hit, condition: viewer.experience >= 0}
          scope: room
          period: broadcast
          lateness: 1m
          prizes: [{last_position: 1, rewards: [points: 5]}]
        - {id: week, title: Week, metric: {trigger: custom, custom: hit}}
        - {id: month, title: Month, metric: {trigger: custom, custom: hit}, period: month}
        - id: season
          title: Season
          metric: {trigger: custom, custom: hit, rooms: [r1]}
          period: season
          starts_at: 2026-03-02T12:00:00Z
          ends_at: 2026-03-03T00:00:00Z
        - {id: all, title: All, metric: {trigger: custom, custom: hit}, period: all_time}
        - {id: other, title: Other, metric: {trigger: custom, custom: miss}, period: all_time}
      """;

  private static final BoardKey DAY = new BoardKey("shop", "day", "", "2026-03-02");
  private static final BoardKey ROOM = new BoardKey("shop", "room", "r1", "broadcast:b1");

  private final ScoreSlice scores = TestPrograms.instance(ScoreSlice.class);
  private final PeriodSlice periods = TestPrograms.instance(PeriodSlice.class);
  private final StandingsSlice standings = TestPrograms.instance(StandingsSlice.class);
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.all().compile(1, TestPrograms.check(PROGRAM).orThrow()),
          viewer("ann"),
          TestPrograms.reactors());
  private int events;

  @Test
  void eachBoardCountsInItsOwnPeriodAndRoom() {
    List<ScoreMoved> moved = moved(hit("ann", "r1", "b1", START));
    assertThat(
            moved.stream().map(one -> one.getBoardId() + " " + one.getRoomId() + one.getPeriod()))
        .containsExactlyInAnyOrder(
            "day 2026-03-02",
            "room r1broadcast:b1",
            "week 2026-W10",
            "month 2026-03",
            "season season:" + START.getEpochSecond(),
            "all all");
    assertThat(moved)
        .allSatisfy(one -> {
          assertThat(one.getScore()).isEqualTo(1);
          assertThat(one.getMoves()).isEqualTo(1);
          assertThat(one.getLate()).isFalse();
          assertThat(one.getRemoved()).isFalse();
          assertThat(one.getReachedAt()).isEqualTo(Timestamps.fromMillis(START.toEpochMilli()));
        });
    // Outside of rooms, boards of rooms and of some rooms count nothing.
    assertThat(moved(hit("ann", "", "", START)).stream().map(ScoreMoved::getBoardId))
        .containsExactlyInAnyOrder("day", "week", "month", "all");
    assertThat(score(DAY, "ann").points()).isEqualTo(2);
    assertThat(score(ROOM, "ann").points()).isEqualTo(1);
    // The day is the merchant's: 16:00 UTC is midnight in Shanghai.
    assertThat(periodOf("day", Instant.parse("2026-03-02T15:59:59.999Z"))).isEqualTo("2026-03-02");
    assertThat(periodOf("day", Instant.parse("2026-03-02T16:00:00Z"))).isEqualTo("2026-03-03");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "day | 2026-03-01T16:00:00Z | 2026-03-02T16:00:00Z | 2026-03-02T16:05:00Z",
        "week | 2026-03-01T16:00:00Z | 2026-03-08T16:00:00Z | 2026-03-08T16:05:00Z",
        "month | 2026-02-28T16:00:00Z | 2026-03-31T16:00:00Z | 2026-03-31T16:05:00Z",
        "season | 2026-03-02T12:00:00Z | 2026-03-03T00:00:00Z | 2026-03-03T00:05:00Z",
      })
  void aPeriodBeginsEndsAndIsSettled(String board, Instant begins, Instant ends, Instant settles) {
    assertThat(named(board, START).period())
        .isEqualTo(
            new Period(
                begins.toEpochMilli(),
                ends.toEpochMilli(),
                settles.toEpochMilli(),
                Period.State.OPEN));
  }

  @Test
  void aBroadcastsPeriodEndsADayAfterItsFirstScoreAndAllTimeNever() {
    assertThat(named("room", START).period())
        .isEqualTo(
            new Period(
                0,
                0,
                START.plus(Duration.ofDays(1)).plusSeconds(60).toEpochMilli(),
                Period.State.OPEN));
    assertThat(named("all", START).period()).isEqualTo(new Period(0, 0, 0, Period.State.OPEN));
  }

  @Test
  void aSeasonCountsNothingBeforeItBeginsAndOnceItHasEnded() {
    CompiledBoard season = CompiledBoards.of(turn.program()).require("season");
    ProgramCalendar calendar = turn.program().calendar();
    assertThat(season.period(calendar, START.minusMillis(1), "b1")).isNull();
    assertThat(season.period(calendar, START, "b1")).isNotNull();
    Instant end = Instant.parse("2026-03-03T00:00:00Z");
    assertThat(season.period(calendar, end.minusMillis(1), "b1")).isNotNull();
    assertThat(season.period(calendar, end, "b1")).isNull();
    assertThat(moved(hit("ann", "r1", "b1", end)).stream().map(ScoreMoved::getBoardId))
        .doesNotContain("season");
  }

  @Test
  void theFirstScoreOfAPeriodSetsItsEndOnce() {
    hit("ann", "r1", "b1", START);
    hit("bob", "r1", "b1", START.plusSeconds(9));
    assertThat(turn.followUps().stream().filter(left -> left.body() instanceof SettleBoard))
        .as("day, room, week, month, season")
        .hasSize(5);
    assertThat(turn.followUps())
        .anySatisfy(left -> {
          assertThat(left.target()).isEqualTo(ViewerKey.room("shop", "r1"));
          assertThat(left.due()).isEqualTo(START.plus(Duration.ofDays(1)).plusSeconds(60));
        });
    assertThat(turn.followUps())
        .anySatisfy(left -> {
          assertThat(left.target()).isEqualTo(ViewerKey.merchant("shop"));
          assertThat(left.due()).isEqualTo(CLOSED);
        });
    assertThat(turn.get(periods, DAY).state()).isEqualTo(Period.State.OPEN);
  }

  @Test
  void whoFallsBehindAPrizeIsToldOnceAnHourWhereTheProgramRemindsOfIt() {
    remindOfRanks();
    hit("ann", "r1", "b1", START);
    assertThat(looks().getLast().due()).isEqualTo(START.plus(RankReactor.EVERY));
    top("ann", "bob", "cat", "dan", "eve");
    assertThat(lost(START)).as("the first look").isEmpty();
    top("bob", "cat", "ann", "eve", "dan");
    assertThat(lost(START)).as("40 points less").containsExactly("ann 1");
    assertThat(lost(START)).as("nobody moved").isEmpty();
    top("bob", "eve", "fay", "cat");
    assertThat(lost(START)).containsExactly("cat 2", "ann 3");
    int looks = looks().size();
    assertThat(lost(Instant.parse("2026-03-02T15:30:00Z"))).isEmpty();
    assertThat(looks()).as("the day ends before the next one").hasSize(looks);
  }

  @Test
  void aProgramWithoutSuchAReminderLooksAtNothing() {
    hit("ann", "r1", "b1", START);
    assertThat(turn.followUps()).noneMatch(left -> left.body() instanceof LookAtRanks);
  }

  @Test
  void aServiceThatWasDownLooksAtRanksOnceAndThenAsOftenAsEver() {
    remindOfRanks();
    hit("ann", "r1", "b1", START);
    Instant back = START.plus(Duration.ofMinutes(150));
    turn.settleLate(back);
    assertThat(looks())
        .singleElement()
        .satisfies(left -> assertThat(left.due()).isEqualTo(back.plus(RankReactor.EVERY)));
  }

  private void remindOfRanks() {
    turn.setProgram(
        TestPrograms.all()
            .compile(
                2,
                TestPrograms.check(
                        PROGRAM + "reminders: {rules: [{id: rank, reason: rank_lost, text: 名次}]}\n")
                    .orThrow()));
  }

  private void top(String... viewerIds) {
    turn.restore(
        standings,
        DAY,
        new StandingsSlice.Standings(viewerIds.length, ImmutableList.copyOf(viewerIds)));
  }

  private List<MemoryEngine.FollowUp> looks() {
    return turn.followUps().stream()
        .filter(left ->
            left.body() instanceof LookAtRanks look && look.getBoardId().equals(DAY.boardId()))
        .toList();
  }

  /** Lets the board of the day be looked at; who is told, with the position that was lost. */
  private List<String> lost(Instant at) {
    Object look = looks().getLast().body();
    int before = turn.followUps().size();
    turn.setViewer(ViewerKey.merchant("shop"));
    turn.run(at, look);
    List<String> lost = new ArrayList<>();
    for (MemoryEngine.FollowUp left : turn.followUps().stream().skip(before).toList()) {
      if (left.body() instanceof RankFell fell) {
        turn.setViewer(left.target());
        turn.run(at, fell).stream()
            .filter(Fact::hasRankLost)
            .forEach(fact ->
                lost.add(left.target().viewerId() + " " + fact.getRankLost().getPosition()));
      }
    }
    return lost;
  }

  @Test
  void winnersTakeWhatTheirPositionsWinAndWhatComesLaterIsLate() {
    hit("ann", "r1", "b1", START);
    turn.restore(
        standings,
        DAY,
        new StandingsSlice.Standings(9, ImmutableList.of("ann", "bob", "cat", "dan")));
    turn.settle(PAID);
    assertThat(turn.get(periods, DAY).state()).isEqualTo(Period.State.SETTLED);
    assertThat(won("ann")).containsExactly(100L);
    assertThat(won("bob")).containsExactly(40L, 0L);
    assertThat(won("cat")).containsExactly(40L, 0L);
    assertThat(won("dan")).isEmpty();
    assertThat(turn.get(scores, new ScoreKey(viewer("bob"), DAY)).prizes().getCause().getPosition())
        .isEqualTo(2);
    List<ScoreMoved> late = moved(hit("ann", "r1", "b1", START));
    assertThat(late.stream().filter(ScoreMoved::getLate).map(ScoreMoved::getBoardId))
        .containsExactly("day");
  }

  @Test
  void aPeriodIsSettledOnceAndSaysWhoWon() {
    hit("ann", "r1", "b1", START);
    turn.restore(standings, DAY, new StandingsSlice.Standings(2, ImmutableList.of("ann", "bob")));
    SettleBoard due = settle();
    turn.setViewer(ViewerKey.merchant("shop"));
    assertThat(turn.run(CLOSED, due)).as("closed first").isEmpty();
    SettleBoard closed = due.toBuilder().setClosed(true).build();
    assertThat(turn.followUps()).anyMatch(left -> left.body().equals(closed));
    List<Fact> facts = turn.run(PAID, closed);
    LeaderboardSettled settled = facts.getFirst().getLeaderboardSettled();
    assertThat(settled.getBoardId()).isEqualTo("day");
    assertThat(settled.getPeriod()).isEqualTo("2026-03-02");
    assertThat(settled.getMembers()).isEqualTo(2);
    assertThat(settled.getWinners()).isEqualTo(2);
    assertThat(turn.run(PAID, due)).isEmpty();
    assertThat(turn.followUps().stream().filter(left -> left.body().equals(closed))).hasSize(1);
    assertThat(turn.followUps().stream().filter(left -> left.body() instanceof AwardPrize))
        .hasSize(2);
  }

  @Test
  void whoScoresWhileThePeriodIsClosedWinsLikeTheOthersAlsoAfterADowntime() {
    hit("ann", "r1", "b1", START);
    Instant back = CLOSED.plus(Duration.ofHours(8));
    turn.settleLate(back);
    assertThat(turn.get(periods, DAY).state()).isEqualTo(Period.State.SETTLED);
    assertThat(won("ann")).as("those who had begun to score may not have committed").isEmpty();
    turn.restore(standings, DAY, new StandingsSlice.Standings(2, ImmutableList.of("bob", "ann")));
    turn.settle(back.plusSeconds(10));
    assertThat(won("bob")).containsExactly(100L);
    assertThat(won("ann")).containsExactly(40L, 0L);
  }

  @Test
  void whoIsTakenOffLosesThePrizeAndGetsItBackWhenPutBack() {
    hit("ann", "r1", "b1", START);
    turn.restore(standings, DAY, new StandingsSlice.Standings(1, ImmutableList.of("ann")));
    turn.settle(PAID);
    List<Fact> facts = set("ann", true);
    RewardRevoked revoked =
        facts.stream().filter(Fact::hasRewardRevoked).findFirst().orElseThrow().getRewardRevoked();
    assertThat(revoked.getPart().getPoints().getAmount()).isEqualTo(100);
    assertThat(revoked.getCause().getBoard().getPosition()).isEqualTo(1);
    assertThat(revoked.getReason().getAdjustment()).isEqualTo(CHEAT);
    assertThat(revoked.getNumber()).isEqualTo(1);
    assertThat(moved(facts))
        .singleElement()
        .satisfies(moved -> {
          assertThat(moved.getRemoved()).isTrue();
          assertThat(moved.getLate()).isTrue();
          assertThat(moved.getMoves()).isEqualTo(2);
        });
    assertThat(turn.answer(SetBoardMemberResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(set("ann", true)).as("again").isEmpty();
    assertThat(won("ann")).isEmpty();
    List<Fact> back = set("ann", false);
    assertThat(back.stream().filter(Fact::hasRewardGiven))
        .singleElement()
        .satisfies(fact ->
            assertThat(fact.getRewardGiven().getReward().getPoints().getAmount()).isEqualTo(100));
    assertThat(score(DAY, "ann").removed()).isFalse();
    assertThat(won("ann")).containsExactly(100L);
    assertThat(score(DAY, "ann").prizes().getLostList()).isEmpty();
    assertThat(set("ann", false)).isEmpty();
  }

  @Test
  void whoIsTakenOffBeforeThePrizeArrivesWinsItOnlyWhenPutBack() {
    hit("ann", "r1", "b1", START);
    List<Fact> off = set("ann", true);
    assertThat(moved(off))
        .singleElement()
        .satisfies(moved -> assertThat(moved.getLate()).isFalse());
    turn.restore(standings, DAY, new StandingsSlice.Standings(1, ImmutableList.of("ann")));
    turn.settle(PAID);
    assertThat(won("ann")).isEmpty();
    assertThat(score(DAY, "ann").prizes().getTakenBackList()).hasSize(1);
    assertThat(set("ann", false).stream().filter(Fact::hasPointsBooked)).hasSize(1);
  }

  @Test
  void whoInvitedWhomAreFriendsAndTheLatestOfThemAreKnown() {
    FriendSlice friends = TestPrograms.instance(FriendSlice.class);
    turn.setViewer(viewer("ann"));
    for (int i = 0; i < 2; i++) {
      turn.run(
          START,
          Fact.newBuilder()
              .setInviteAccepted(InviteAccepted.newBuilder().setInviterId("eve"))
              .build());
    }
    assertThat(turn.get(friends, viewer("ann")).getViewerIdsList()).containsExactly("eve");
    for (int i = 0; i < FriendReactor.MAX_FRIENDS; i++) {
      turn.run(
          START,
          Fact.newBuilder()
              .setInviteeEntered(InviteeEntered.newBuilder().setInviteeId("v" + i))
              .build());
    }
    assertThat(turn.get(friends, viewer("ann")).getViewerIdsList())
        .hasSize(FriendReactor.MAX_FRIENDS)
        .startsWith("v0")
        .doesNotContain("eve");
  }

  @Test
  void whoHasNoScoreIsNotOnTheBoard() {
    assertThatThrownBy(() -> set("zoe", true))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_VIEWER_NOT_FOUND))
        .hasMessageContaining("viewer_id: zoe");
  }

  @Test
  void aScoreStopsAtTheLargestNumberAndKeepsTheLatestTime() {
    Score score = Score.NONE.plus(Long.MAX_VALUE - 1, 50).plus(1, 40);
    assertThat(score.points()).isEqualTo(Long.MAX_VALUE);
    assertThat(score.reachedMillis()).isEqualTo(50);
    assertThat(score.plus(1, 60))
        .isEqualTo(new Score(Long.MAX_VALUE, 60, 3, false, WonPrizes.getDefaultInstance()));
  }

  @Test
  void aScoreThatFallsStopsAtNothingAndKeepsItsTime() {
    Score score = new Score(5, 50, 2, false, WonPrizes.getDefaultInstance());
    assertThat(score.minus(4))
        .isEqualTo(new Score(1, 50, 3, false, WonPrizes.getDefaultInstance()));
    assertThat(score.minus(4).isShown()).isTrue();
    assertThat(score.minus(6))
        .isEqualTo(new Score(0, 50, 3, false, WonPrizes.getDefaultInstance()));
    assertThat(score.minus(6).isShown()).isFalse();
    assertThat(score.withRemoved(true).minus(1).isShown()).isFalse();
  }

  @Test
  void whoHasNothingLeftHasNoPlaceUntilScoringAgain() {
    BoardIndex index = BoardIndex.empty(RankStyle.RANK_STYLE_DENSE);
    index.apply("ann", new Score(5, 50, 5, false, WonPrizes.getDefaultInstance()));
    index.apply("bob", new Score(3, 70, 1, false, WonPrizes.getDefaultInstance()));
    index.lower("ann", new Score(0, 50, 6, false, WonPrizes.getDefaultInstance()));
    index.apply("ann", new Score(4, 40, 4, false, WonPrizes.getDefaultInstance()));
    assertThat(index.find("ann")).isNull();
    assertThat(index.total()).isEqualTo(new TeamTotal(3, 70, 1));
    assertThat(Objects.requireNonNull(index.find("bob")).getRank()).isEqualTo(1);
    index.lower("bob", new Score(0, 70, 2, false, WonPrizes.getDefaultInstance()));
    assertThat(index.total()).isEqualTo(TeamTotal.NONE);
    index.apply("ann", new Score(1, 60, 7, false, WonPrizes.getDefaultInstance()));
    assertThat(index.total()).isEqualTo(new TeamTotal(1, 60, 1));
    assertThat(index.page(1, 9)).hasSize(1);
  }

  @Test
  void aBoardThatIsNotThereIsRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> CompiledBoards.of(turn.program()).require("none"))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_BOARD_NOT_FOUND))
        .hasMessageContaining("day, room, week, month, season, all, other");
    assertThat(CompiledBoards.of(turn.program()).viewerFields(Trigger.TRIGGER_UNSPECIFIED))
        .containsExactly("experience");
  }

  @Test
  void equalScoresShareARankAsTheStyleSays() {
    assertThat(ranks(RankStyle.RANK_STYLE_POSITION)).containsExactly(1, 2, 3, 4);
    assertThat(ranks(RankStyle.RANK_STYLE_COMPETITION)).containsExactly(1, 2, 2, 4);
    assertThat(ranks(RankStyle.RANK_STYLE_DENSE)).containsExactly(1, 2, 2, 3);
  }

  @Test
  void anIndexTakesWhatWasReadAndCommittedInAnyOrder() throws InterruptedException {
    BoardIndex index = new BoardIndex(RankStyle.RANK_STYLE_DENSE);
    assertThat(index.isRead()).isFalse();
    assertThat(index.await(0)).isFalse();
    index.apply("ann", new Score(5, 50, 5, false, WonPrizes.getDefaultInstance()));
    index.apply("ann", new Score(3, 30, 3, false, WonPrizes.getDefaultInstance()));
    assertThat(index.version()).isEqualTo(1);
    assertThat(Objects.requireNonNull(index.find("ann")).getScore()).isEqualTo(5);
    index.apply("bob", new Score(9, 50, 2, false, WonPrizes.getDefaultInstance()));
    index.apply("bob", new Score(9, 50, 3, true, WonPrizes.getDefaultInstance()));
    index.apply("bob", new Score(9, 50, 2, false, WonPrizes.getDefaultInstance()));
    assertThat(index.find("bob")).isNull();
    assertThat(index.members()).isEqualTo(1);
    assertThat(index.page(1, 9))
        .singleElement()
        .satisfies(place -> {
          assertThat(place.getRank()).isEqualTo(1);
          assertThat(place.getViewerId()).isEqualTo("ann");
          assertThat(place.getReachedAt()).isEqualTo(Timestamps.fromMillis(50));
        });
    index.apply("bob", new Score(9, 50, 4, false, WonPrizes.getDefaultInstance()));
    assertThat(index.around("ann", 1).stream().map(BoardPlace::getViewerId))
        .containsExactly("bob", "ann");
    assertThat(Objects.requireNonNull(index.find("ann")).getRank()).isEqualTo(2);
    index.apply("ann", new Score(9, 60, 6, false, WonPrizes.getDefaultInstance()));
    assertThat(Objects.requireNonNull(index.find("ann")).getRank()).isEqualTo(1);
    index.use(77);
    assertThat(index.lastUsedMillis()).isEqualTo(77);
    index.readAll();
    assertThat(index.isRead()).isTrue();
    assertThat(index.await(0)).isTrue();
    BoardIndex broken = new BoardIndex(RankStyle.RANK_STYLE_POSITION);
    broken.fail(new IllegalStateException("no rows"));
    assertThatThrownBy(() -> broken.await(0)).hasMessage("no rows");
  }

  private static List<Integer> ranks(RankStyle style) {
    BoardIndex index = new BoardIndex(style);
    int at = 0;
    for (String member : List.of("a3", "b2", "c2", "d1")) {
      int points = member.charAt(1) - '0';
      index.apply(member, new Score(points, ++at, 1, false, WonPrizes.getDefaultInstance()));
    }
    return index.page(1, 9).stream().map(BoardPlace::getRank).toList();
  }

  private List<Fact> hit(String viewer, String room, String broadcast, Instant at) {
    turn.setViewer(viewer(viewer));
    return turn.run(
        at,
        Event.newBuilder()
            .setEventId("e" + ++events)
            .setViewerId(viewer)
            .setRoomId(room)
            .setBroadcastId(broadcast)
            .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
            .setCustom(CustomEvent.newBuilder().setName("hit"))
            .build());
  }

  private List<Fact> set(String viewer, boolean removed) {
    turn.setViewer(viewer(viewer));
    return turn.run(START, new BoardReactor.SetMember(DAY, removed, CHEAT));
  }

  private SettleBoard settle() {
    return turn.followUps().stream()
        .map(left -> left.body())
        .filter(SettleBoard.class::isInstance)
        .map(SettleBoard.class::cast)
        .filter(body -> body.getBoardId().equals("day"))
        .findFirst()
        .orElseThrow();
  }

  private Score score(BoardKey board, String viewer) {
    return turn.get(scores, new ScoreKey(viewer(viewer), board));
  }

  /** The points of what a viewer has won and still has. */
  private List<Long> won(String viewer) {
    List<Long> won = new ArrayList<>();
    score(DAY, viewer)
        .prizes()
        .getWonList()
        .forEach(prize -> won.add(prize.getReward().getPoints().getAmount()));
    return won;
  }

  private String periodOf(String board, Instant at) {
    return named(board, at).name();
  }

  private CompiledBoard.Named named(String board, Instant at) {
    return Objects.requireNonNull(
        CompiledBoards.of(turn.program())
            .require(board)
            .period(turn.program().calendar(), at, "b1"));
  }

  private static List<ScoreMoved> moved(List<Fact> facts) {
    return facts.stream().filter(Fact::hasScoreMoved).map(Fact::getScoreMoved).toList();
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey("shop", id);
  }
}
