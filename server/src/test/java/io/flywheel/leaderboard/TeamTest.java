package io.flywheel.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.JoinTeamResponse;
import io.flywheel.v1.LeaderboardSettled;
import io.flywheel.v1.RankStyle;
import io.flywheel.v1.ScoreMoved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom teams count for, how they stand, and who is given what they win, without a database. */
final class TeamTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
  private static final Instant CLOSED = Instant.parse("2026-03-03T00:05:00Z");
  private static final Instant PAID = CLOSED.plusSeconds(10);
  private static final BoardKey DAY = new BoardKey("shop", "day", "", "2026-03-02");
  private static final List<String> TEAMS = List.of("blue", "green", "red");
  private static final List<String> VIEWERS = List.of("ann", "bob", "cat", "dan", "eve");
  private static final int LEAST = 3;
  private static final AdjustmentCause CHEAT =
      AdjustmentCause.newBuilder().setReason("cheat").setAdjustedBy("owner").build();

  private static final String BOARDS =
      """
      leaderboards:
        - id: day
          title: Day
          metric: {trigger: custom, custom: hit, count: amount}
          scope: team
          period: day
          least_contribution: 3
          prizes:
            - {last_position: 1, rewards: [points: 100]}
            - {last_position: 2, rewards: [points: 10]}
        - {id: plain, title: Plain, metric: {trigger: custom, custom: hit, count: amount}, period: day}
      """;
  private static final String PROGRAM =
      """
      name: teams
      time_zone: UTC
      teams:
        change_after: 0s
        teams: [{id: red, title: Red}, {id: blue, title: Blue}, {id: green, title: Green}]
      """
          + BOARDS;
  private static final String OF_ROOMS =
      """
      name: teams
      time_zone: UTC
      teams:
        teams: [{id: red, title: Red, rooms: [r1, r2]}, {id: blue, title: Blue, rooms: [r3]}]
      """
          + BOARDS;

  private final ScoreSlice scores = TestPrograms.instance(ScoreSlice.class);
  private final PeriodSlice periods = TestPrograms.instance(PeriodSlice.class);
  private final TeamTotalsSlice totals = TestPrograms.instance(TeamTotalsSlice.class);
  private final TeamMembersSlice members = TestPrograms.instance(TeamMembersSlice.class);
  private final RecordingTurn turn =
      new RecordingTurn(program(PROGRAM), viewer("ann"), TestPrograms.reactors());
  private int events;

  @Test
  void whatWasScoredStaysWithTheTeamItWasScoredForAlsoWhenItIsToldLate() {
    assertThat(teams(hit("ann", "", START, 9))).as("in no team yet").isEmpty();
    join("ann", "red", START.plusSeconds(10));
    assertThat(teams(hit("ann", "", START.plusSeconds(11), 2))).containsExactly("red 2");
    join("ann", "blue", START.plusSeconds(20));
    assertThat(teams(hit("ann", "", START.plusSeconds(20), 5))).containsExactly("blue 5");
    assertThat(teams(hit("ann", "", START.plusSeconds(19), 1))).as("late").containsExactly("red 3");
    assertThat(teams(hit("ann", "", START.plusSeconds(9), 1))).as("earlier still").isEmpty();
    join("ann", "", START.plusSeconds(30));
    assertThat(teams(hit("ann", "", START.plusSeconds(31), 1))).as("left").isEmpty();
  }

  @Test
  void aChangeIsToldOnceAndSaysFromWhichTeam() {
    assertThat(join("ann", "red", START))
        .singleElement()
        .satisfies(fact -> assertThat(fact.getTeamJoined().getFormerTeamId()).isEmpty());
    assertThat(join("ann", "red", START.plusSeconds(1))).as("again").isEmpty();
    List<Fact> changed = join("ann", "blue", START.plusSeconds(2));
    assertThat(changed)
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getTeamJoined().getTeamId()).isEqualTo("blue");
          assertThat(fact.getTeamJoined().getFormerTeamId()).isEqualTo("red");
        });
    assertThat(turn.answer(JoinTeamResponse.class).getFactsList()).isEqualTo(changed);
  }

  @Test
  void whoHasChangedWaitsAsLongAsTheProgramSaysUnlessTheTeamIsGone() {
    turn.setProgram(program(PROGRAM.replace("change_after: 0s", "change_after: 2h")));
    join("ann", "red", START);
    Instant early = START.plus(Duration.ofHours(2)).minusMillis(1);
    assertThatThrownBy(() -> join("ann", "blue", early))
        .isInstanceOfSatisfying(
            ServiceException.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo(ErrorReason.ERROR_REASON_TEAM_CHANGE_TOO_SOON))
        .hasMessageContaining("expected: another one from 2026-03-02T14:00:00Z on");
    assertThat(teams(hit("ann", "", early, 1))).containsExactly("red 1");
    assertThat(join("ann", "blue", START.plus(Duration.ofHours(2)))).hasSize(1);
    turn.setProgram(
        program(PROGRAM.replace("change_after: 0s", "change_after: 2h").replace("blue", "teal")));
    assertThat(join("ann", "green", START.plus(Duration.ofHours(3)))).hasSize(1);
  }

  @Test
  void aTeamThatIsNotThereOrCanNotBeJoinedIsRefused() {
    assertThatThrownBy(() -> join("ann", "none", START))
        .hasMessageContaining("none (expected: one of the program's teams: red, blue, green)");
    turn.setProgram(program(OF_ROOMS));
    assertThatThrownBy(() -> join("ann", "red", START))
        .hasMessageContaining("the teams have rooms");
  }

  @Test
  void whatHappensInARoomCountsForTheTeamOfTheRoom() {
    turn.setProgram(program(OF_ROOMS));
    assertThat(teams(hit("ann", "r1", START, 2))).containsExactly("red 2");
    assertThat(teams(hit("ann", "r2", START, 2))).containsExactly("red 4");
    assertThat(teams(hit("ann", "r3", START, 2))).containsExactly("blue 2");
    assertThat(teams(hit("ann", "r4", START, 2))).as("a room of no team").isEmpty();
    assertThat(teams(hit("ann", "", START, 2))).as("outside of rooms").isEmpty();
  }

  @Test
  void aBoardWithoutTeamsLooksAtNoTeam() {
    List<ScoreMoved> moved = moved(hit("ann", "", START, 2));
    assertThat(moved).singleElement().satisfies(one -> assertThat(one.getRoomId()).isEmpty());
  }

  /** Everything at random, against a list of what happened that is added up anew each time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void teamsAreTheSumsOfTheirMembersWhateverHappens(long seed) {
    Random random = new Random(seed);
    Recount recount = new Recount();
    Map<BoardKey, BoardIndex> inOrder = new HashMap<>();
    List<Runnable> applied = new ArrayList<>();
    Map<BoardKey, BoardIndex> inAnyOrder = new HashMap<>();
    Instant now = START;
    for (int i = 0; i < 300; i++) {
      now = now.plusSeconds(random.nextInt(600));
      String viewer = VIEWERS.get(random.nextInt(VIEWERS.size()));
      int what = random.nextInt(10);
      List<Fact> facts;
      if (what == 0) {
        String team = random.nextInt(6) == 0 ? "" : TEAMS.get(random.nextInt(TEAMS.size()));
        facts = join(viewer, team, now);
        recount.join(viewer, team, now);
      } else if (what == 1 && !recount.scored().isEmpty()) {
        List<Scored> all = recount.scored();
        Scored one = all.get(random.nextInt(all.size()));
        boolean removed = random.nextBoolean();
        facts = set(one.viewer, DAY.part(one.team), one.day, removed);
        recount.remove(one, removed);
        viewer = one.viewer;
      } else {
        Instant at = now.minusSeconds(random.nextInt(3) == 0 ? random.nextInt(1_800) : 0);
        int value = 1 + random.nextInt(4);
        facts = hit(viewer, "", at, value);
        recount.score(viewer, at, value);
      }
      String actor = viewer;
      for (ScoreMoved one : moved(facts)) {
        if (one.getBoardId().equals("day")) {
          apply(inOrder, actor, one);
          applied.add(() -> apply(inAnyOrder, actor, one));
        }
      }
      for (String day : recount.days()) {
        assertThat(standings(inOrder, day))
            .as("%s at step %d", day, i)
            .isEqualTo(recount.standings(day));
      }
    }
    Collections.shuffle(applied, random);
    applied.forEach(Runnable::run);
    assertThat(recount.days()).as("the period has changed").hasSizeGreaterThan(1);
    for (String day : recount.days()) {
      assertThat(standings(inAnyOrder, day)).isEqualTo(recount.standings(day));
    }
  }

  @Test
  void eachMemberWhoScoredEnoughIsGivenWhatTheTeamWinsOnceAlsoAfterADowntime() {
    join("ann", "red", START);
    hit("ann", "", START, 3);
    join("ann", "blue", START.plusSeconds(1));
    hit("ann", "", START.plusSeconds(2), 2);
    join("bob", "blue", START);
    hit("bob", "", START.plusSeconds(3), 5);
    stored("red", 3, 1, "ann");
    stored("blue", 7, 2, "bob");
    Instant back = CLOSED.plus(Duration.ofDays(2));
    turn.settleLate(back);
    assertThat(turn.get(periods, DAY).state()).isEqualTo(Period.State.SETTLED);
    assertThat(won("bob", "blue")).as("who scores now may not have committed").isEmpty();
    List<Fact> facts = turn.settle(back.plusSeconds(10));

    LeaderboardSettled settled =
        facts.stream()
            .filter(Fact::hasLeaderboardSettled)
            .map(Fact::getLeaderboardSettled)
            .filter(one -> one.getBoardId().equals("day"))
            .findFirst()
            .orElseThrow();
    assertThat(settled.getMembers()).as("teams").isEqualTo(2);
    assertThat(settled.getWinners()).isEqualTo(2);
    assertThat(won("bob", "blue")).containsExactly(100L);
    assertThat(won("ann", "blue")).as("scored too little for it").isEmpty();
    assertThat(won("ann", "red")).containsExactly(10L);
    turn.settle(back.plus(Duration.ofDays(1)));
    assertThat(won("bob", "blue")).as("once").containsExactly(100L);
    assertThat(turn.get(periods, DAY.part("red")).state())
        .as("so that the team's scores are forgotten one day")
        .isEqualTo(Period.State.SETTLED);
    List<ScoreMoved> late = moved(hit("bob", "", START.plusSeconds(4), 1));
    assertThat(late).isNotEmpty().allMatch(ScoreMoved::getLate);
  }

  @Test
  void whoIsTakenOffLosesWhatWasWonWithThatTeamAndGetsItBackWhenPutBack() {
    join("ann", "red", START);
    hit("ann", "", START, 3);
    join("ann", "blue", START.plusSeconds(1));
    hit("ann", "", START.plusSeconds(2), 4);
    stored("red", 3, 1, "ann");
    stored("blue", 4, 1, "ann");
    turn.settle(PAID);
    assertThat(won("ann", "blue")).containsExactly(100L);
    assertThat(won("ann", "red")).containsExactly(10L);

    List<Fact> off = set("ann", DAY.part("blue"), DAY.period(), true);
    assertThat(off.stream().filter(Fact::hasRewardRevoked)).hasSize(1);
    assertThat(moved(off))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.getRoomId()).isEqualTo("blue");
          assertThat(one.getLate()).isTrue();
        });
    assertThat(won("ann", "blue")).isEmpty();
    assertThat(won("ann", "red")).as("the other team's stays").containsExactly(10L);
    set("ann", DAY.part("blue"), DAY.period(), false);
    assertThat(won("ann", "blue")).containsExactly(100L);
  }

  @Test
  void aTeamOfManyIsPaidInPagesAndNobodyTwice() {
    join("ann", "red", START);
    hit("ann", "", START, 3);
    List<String> all =
        IntStream.range(0, TeamMembersSlice.MEMBERS_AT_ONCE + 3)
            .mapToObj("fan-%04d"::formatted)
            .toList();
    stored("red", 9, all.size(), all.toArray(String[]::new));
    turn.settle(PAID);
    assertThat(all).allSatisfy(fan -> assertThat(won(fan, "red")).containsExactly(100L));
  }

  @Test
  void aTeamThatTheProgramHasNoMoreIsStillGivenWhatItWins() {
    join("ann", "red", START);
    hit("ann", "", START, 3);
    stored("red", 3, 1, "ann");
    turn.setProgram(program("name: none"));
    turn.settle(PAID);
    assertThat(won("ann", "red")).containsExactly(100L);
  }

  @Test
  void ofEqualTeamsTheOneThatReachedItsScoreFirstWins() {
    join("ann", "red", START);
    hit("ann", "", START, 3);
    turn.restore(totals, DAY.part("red"), new TeamTotal(3, 20, 1));
    turn.restore(totals, DAY.part("green"), new TeamTotal(3, 10, 1));
    member("red", "", "ann");
    member("green", "", "bob");
    turn.settle(PAID);
    assertThat(won("bob", "green")).containsExactly(100L);
    assertThat(won("ann", "red")).containsExactly(10L);
  }

  @Test
  void moreChangesThanAreKeptForgetTheFirstOnes() {
    TeamMembership membership = TeamMembership.getDefaultInstance();
    for (int i = 0; i <= Memberships.MAX_JOINS; i++) {
      membership = Memberships.changed(membership, "t" + i, 10L * i);
    }
    assertThat(membership.getJoinsCount()).isEqualTo(Memberships.MAX_JOINS);
    assertThat(Memberships.at(membership, 9)).isEmpty();
    assertThat(Memberships.at(membership, 19)).isEqualTo("t1");
    assertThat(Memberships.now(membership)).isEqualTo("t" + Memberships.MAX_JOINS);
    TeamMembership back = Memberships.changed(membership, "x", 0);
    assertThat(Memberships.latest(back).getSinceMs())
        .as("clocks that differ")
        .isEqualTo(10L * Memberships.MAX_JOINS);
  }

  @Test
  void aBoardBeyondTheBoundKeepsTheSumOfWhatWasCounted() {
    BoardIndex index = new BoardIndex(RankStyle.RANK_STYLE_POSITION);
    for (int i = 0; i < 30; i++) {
      index.read("v" + i, score(i + 1, i, 1, false));
    }
    index.limit(10);
    assertThat(index.total()).isEqualTo(new TeamTotal(465, 29, 30));
    index.apply("v29", score(40, 50, 2, false));
    index.apply("new", score(1, 60, 1, false));
    assertThat(index.total()).isEqualTo(new TeamTotal(476, 60, 31));
  }

  @Test
  void teamsForWhichNobodyScoredAreThereWithNothing() {
    CompiledBoard board = CompiledBoards.of(turn.program()).require("day");
    TeamRanks.Ranks none = TeamRanks.none(board);
    Boards.Found found = new Boards.Found(board, DAY, Period.UNKNOWN, none);
    assertThat(found.state().getMembers()).isEqualTo(3);
    assertThat(found.ofTeams(found.index().page(1, 9), "red"))
        .hasSize(3)
        .allSatisfy(place -> {
          assertThat(place.getScore()).isZero();
          assertThat(place.hasReachedAt()).isFalse();
          assertThat(place.getViewerId()).isEmpty();
          assertThat(place.getTeam().getTitle().getZh()).isNotEmpty();
          assertThat(place.getOwn()).isEqualTo(place.getTeam().getId().equals("red"));
        });
  }

  /** What happened, and what follows from it, in the plainest way there is. */
  private static final class Recount {
    private final Map<String, TreeMap<Long, String>> joins = new HashMap<>();
    private final List<Scored> all = new ArrayList<>();
    private final Set<String> removed = new HashSet<>();

    void join(String viewer, String team, Instant at) {
      joins.computeIfAbsent(viewer, unused -> new TreeMap<>()).put(at.toEpochMilli(), team);
    }

    void score(String viewer, Instant at, int value) {
      Map.Entry<Long, String> join =
          joins.getOrDefault(viewer, new TreeMap<>()).floorEntry(at.toEpochMilli());
      if (join != null && !join.getValue().isEmpty()) {
        String day = at.toString().substring(0, 10);
        all.add(new Scored(viewer, join.getValue(), day, value, at.toEpochMilli()));
      }
    }

    void remove(Scored one, boolean off) {
      if (off) {
        removed.add(one.place());
      } else {
        removed.remove(one.place());
      }
    }

    List<Scored> scored() {
      return all;
    }

    Set<String> days() {
      Set<String> days = new HashSet<>();
      all.forEach(one -> days.add(one.day));
      return days;
    }

    /** Each team with its score and members, the best first. */
    List<String> standings(String day) {
      Map<String, Long> sums = new LinkedHashMap<>();
      Map<String, Long> reached = new HashMap<>();
      Map<String, Set<String>> scorers = new HashMap<>();
      TEAMS.forEach(team -> sums.put(team, 0L));
      for (Scored one : all) {
        if (one.day.equals(day) && !removed.contains(one.place())) {
          sums.merge(one.team, (long) one.value, Long::sum);
          reached.merge(one.team, one.atMillis, Math::max);
          scorers.computeIfAbsent(one.team, unused -> new HashSet<>()).add(one.viewer);
        }
      }
      return TEAMS.stream()
          .sorted(
              Comparator.comparing((String team) -> sums.getOrDefault(team, 0L))
                  .reversed()
                  .thenComparing(team -> reached.getOrDefault(team, 0L))
                  .thenComparing(team -> team))
          .map(team ->
              "%s %d of %d"
                  .formatted(
                      team,
                      sums.getOrDefault(team, 0L),
                      scorers.getOrDefault(team, Set.of()).size()))
          .toList();
    }
  }

  private record Scored(String viewer, String team, String day, int value, long atMillis) {
    String place() {
      return viewer + " " + team + " " + day;
    }
  }

  private static void apply(Map<BoardKey, BoardIndex> indexes, String viewer, ScoreMoved moved) {
    BoardKey key = new BoardKey("shop", "day", moved.getRoomId(), moved.getPeriod());
    indexes
        .computeIfAbsent(key, unused -> BoardIndex.empty(RankStyle.RANK_STYLE_POSITION))
        .apply(
            viewer,
            score(
                moved.getScore(),
                Timestamps.toMillis(moved.getReachedAt()),
                moved.getMoves(),
                moved.getRemoved()));
  }

  private List<String> standings(Map<BoardKey, BoardIndex> indexes, String day) {
    Map<String, BoardIndex> ofMembers = new LinkedHashMap<>();
    for (String team : TEAMS) {
      ofMembers.put(
          team,
          indexes.getOrDefault(
              new BoardKey("shop", "day", team, day),
              BoardIndex.empty(RankStyle.RANK_STYLE_POSITION)));
    }
    TeamRanks.Ranks ranks = TeamRanks.Ranks.of(RankStyle.RANK_STYLE_POSITION, ofMembers);
    assertThat(ranks.areOf(ofMembers)).isTrue();
    return ranks.ofTeams().page(1, 9).stream()
        .map(ranks::withMembers)
        .map((BoardPlace place) ->
            "%s %d of %d".formatted(place.getViewerId(), place.getScore(), place.getMembers()))
        .toList();
  }

  private static Score score(long points, long reachedMillis, long moves, boolean removed) {
    return new Score(points, reachedMillis, moves, removed, WonPrizes.getDefaultInstance());
  }

  /** What the tables say of a team once the period is closed. */
  private void stored(String team, long score, int count, String... contributors) {
    turn.restore(totals, DAY.part(team), new TeamTotal(score, START.toEpochMilli(), count));
    String after = "";
    List<String> left = List.of(contributors);
    while (!left.isEmpty()) {
      List<String> page = left.subList(0, Math.min(TeamMembersSlice.MEMBERS_AT_ONCE, left.size()));
      member(team, after, page.toArray(String[]::new));
      after = page.getLast();
      left = left.subList(page.size(), left.size());
    }
  }

  private void member(String team, String after, String... viewers) {
    turn.restore(
        members,
        new TeamMembersSlice.From(DAY.part(team), LEAST, after),
        ImmutableList.copyOf(viewers));
  }

  private List<Fact> join(String viewer, String team, Instant at) {
    turn.setViewer(viewer(viewer));
    return turn.run(at, new TeamReactor.JoinTeam(team));
  }

  private List<Fact> hit(String viewer, String room, Instant at, int value) {
    turn.setViewer(viewer(viewer));
    return turn.run(
        at,
        Event.newBuilder()
            .setEventId("e" + ++events)
            .setViewerId(viewer)
            .setRoomId(room)
            .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
            .setCustom(CustomEvent.newBuilder().setName("hit").setValue(value))
            .build());
  }

  private List<Fact> set(String viewer, BoardKey team, String day, boolean removed) {
    turn.setViewer(viewer(viewer));
    return turn.run(
        START,
        new BoardReactor.SetMember(
            new BoardKey("shop", "day", team.roomId(), day), removed, CHEAT));
  }

  /** The points of what a viewer has won with a team and still has. */
  private List<Long> won(String viewer, String team) {
    return turn
        .get(scores, new ScoreKey(viewer(viewer), DAY.part(team)))
        .prizes()
        .getWonList()
        .stream()
        .map(prize -> prize.getReward().getPoints().getAmount())
        .toList();
  }

  private static List<String> teams(List<Fact> facts) {
    return moved(facts).stream()
        .filter(moved -> moved.getBoardId().equals("day"))
        .map(moved -> moved.getRoomId() + " " + moved.getScore())
        .toList();
  }

  private static List<ScoreMoved> moved(List<Fact> facts) {
    return facts.stream().filter(Fact::hasScoreMoved).map(Fact::getScoreMoved).toList();
  }

  private static CompiledProgram program(String text) {
    return TestPrograms.all().compile(1, TestPrograms.check(text).orThrow());
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey("shop", id);
  }
}
