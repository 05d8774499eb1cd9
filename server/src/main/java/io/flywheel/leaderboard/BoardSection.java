package io.flywheel.leaderboard;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.name;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Triggers;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.BoardPeriod;
import io.flywheel.v1.BoardScope;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Leaderboard;
import io.flywheel.v1.League;
import io.flywheel.v1.LeagueDivision;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Program;
import io.flywheel.v1.RankStyle;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.Set;

/** What a program says of leaderboards. Thread-safe. */
final class BoardSection implements ProgramSection<CompiledBoards> {
  static final Names.Kind BOARD = new Names.Kind("a leaderboard");

  private static final Duration LATENESS = Durations.fromMinutes(5);
  private static final int COHORT_SIZE = 30;
  private static final int PROMOTED = 7;
  private static final int RELEGATED = 5;

  private final Triggers triggers;

  @Inject
  BoardSection(Triggers triggers) {
    this.triggers = triggers;
  }

  @Override
  public void fill(Program.Builder program) {
    program.getLeaderboardsBuilderList().forEach(this::fill);
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getLeaderboardsCount(); i++) {
      names.declare(BOARD, program.getLeaderboards(i).getId(), path(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getLeaderboardsCount(); i++) {
      Leaderboard board = program.getLeaderboards(i);
      triggers.check(board.getMetric(), path(i) + ".metric.", program, names, findings);
      check(board, path(i) + ".", findings);
      checkTeams(board, program.hasTeams(), path(i) + ".", findings);
    }
  }

  @Override
  public CompiledBoards compile(Program filled) {
    CompiledTeams teams = CompiledTeams.of(filled.getTeams());
    return new CompiledBoards(
        filled.getLeaderboardsList().stream()
            .map(board ->
                new CompiledBoard(
                    board,
                    triggers.compile(board.getMetric(), "", "Leaderboard " + board.getId()),
                    teams))
            .collect(ImmutableList.toImmutableList()));
  }

  /** A prize can start a chain, but only once a period, so no chain through it is endless. */
  private void fill(Leaderboard.Builder board) {
    Metric.Builder metric = board.getMetricBuilder();
    if (metric.getCount() == CountBy.COUNT_BY_UNSPECIFIED) {
      metric.setCount(triggers.defaultCount(metric.getTrigger()));
    }
    if (board.getScope() == BoardScope.BOARD_SCOPE_UNSPECIFIED) {
      board.setScope(BoardScope.BOARD_SCOPE_MERCHANT);
    }
    if (board.getPeriod() == BoardPeriod.BOARD_PERIOD_UNSPECIFIED) {
      board.setPeriod(BoardPeriod.BOARD_PERIOD_WEEK);
    }
    if (board.getRanks() == RankStyle.RANK_STYLE_UNSPECIFIED) {
      board.setRanks(RankStyle.RANK_STYLE_POSITION);
    }
    if (board.getScope() == BoardScope.BOARD_SCOPE_TEAM && board.getLeastContribution() == 0) {
      board.setLeastContribution(1);
    }
    if (!board.hasLateness()) {
      board.setLateness(LATENESS);
    }
    if (board.hasLeague()) {
      fill(board.getLeagueBuilder());
    }
  }

  private static void fill(League.Builder league) {
    if (league.getCohortSize() == 0) {
      league.setCohortSize(COHORT_SIZE);
    }
    int size = league.getCohortSize();
    int falling = league.hasRelegated() ? league.getRelegated() : 0;
    if (league.getPromoted() == 0) {
      league.setPromoted(Math.clamp(size - falling - 1, 1, PROMOTED));
    }
    if (!league.hasRelegated()) {
      league.setRelegated(Math.clamp(size - league.getPromoted() - 1, 0, RELEGATED));
    }
  }

  private static void check(Leaderboard board, String path, Findings findings) {
    if (board.hasLeague()) {
      checkLeague(board, path, findings);
    }
    Texts.check(board.hasTitle(), board.getTitle(), path + "title", findings);
    checkCount(board.getMetric().getCount(), path + "metric.count", findings);
    checkPeriod(board, path, findings);
    for (int i = 1; i < board.getPrizesCount(); i++) {
      int before = board.getPrizes(i - 1).getLastPosition();
      int last = board.getPrizes(i).getLastPosition();
      if (last <= before && !findings.isFaulty(path + "prizes[" + (i - 1) + "].last_position")) {
        findings.broken(
            path + "prizes[" + i + "].last_position",
            expected(String.valueOf(last), "more than the position before, " + before));
      }
    }
  }

  private static void checkTeams(
      Leaderboard board, boolean haveTeams, String path, Findings findings) {
    boolean isOfTeams = board.getScope() == BoardScope.BOARD_SCOPE_TEAM;
    if (isOfTeams && !haveTeams) {
      findings.broken(
          path + "scope", expected("team", "merchant or room; the program has no teams"));
    }
    if (!isOfTeams && board.getLeastContribution() != 0) {
      findings.broken(
          path + "least_contribution",
          expected(
              String.valueOf(board.getLeastContribution()),
              "nothing; it is only for the scope team"));
    }
  }

  private static void checkLeague(Leaderboard board, String path, Findings findings) {
    boolean canHave =
        board.getScope() != BoardScope.BOARD_SCOPE_ROOM
            && board.getScope() != BoardScope.BOARD_SCOPE_TEAM
            && switch (board.getPeriod()) {
              case BOARD_PERIOD_BROADCAST, BOARD_PERIOD_SEASON, BOARD_PERIOD_ALL_TIME -> false;
              default -> true;
            };
    if (!canHave) {
      findings.broken(
          path + "league",
          expected(
              "given",
              "nothing; it is only for the scope merchant and the periods day, week and month"));
    }
    League league = board.getLeague();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < league.getDivisionsCount(); i++) {
      LeagueDivision division = league.getDivisions(i);
      String at = path + "league.divisions[" + i + "].";
      Texts.check(division.hasTitle(), division.getTitle(), at + "title", findings);
      if (!ids.add(division.getId())) {
        findings.broken(at + "id", expected(division.getId(), "an id that no other division has"));
      }
    }
    if (league.getDivisionsCount() > 0 && league.getDivisions(0).getRewardsCount() > 0) {
      findings.broken(
          path + "league.divisions[0].rewards",
          expected("given", "nothing; nobody rises to the lowest division"));
    }
    checkMoves(league, path + "league.", findings);
  }

  private static void checkMoves(League league, String path, Findings findings) {
    int size = league.getCohortSize() == 0 ? COHORT_SIZE : league.getCohortSize();
    if (size < 2) {
      findings.broken(path + "cohort_size", expected(String.valueOf(size), "2 to 100"));
    } else if (league.getPromoted() + league.getRelegated() > size) {
      findings.broken(
          path + "promoted",
          expected(
              String.valueOf(league.getPromoted()),
              "with relegated at most the size of a cohort, " + size));
    }
  }

  /** A score is a sum; what is told apart would have to be remembered for everyone. */
  private static void checkCount(CountBy count, String path, Findings findings) {
    switch (count) {
      case COUNT_BY_UNSPECIFIED, COUNT_BY_TIMES, COUNT_BY_AMOUNT, COUNT_BY_SECONDS -> {}
      default ->
          findings.broken(
              path,
              expected(
                  name(count.getValueDescriptor()), "times, amount or seconds; a score is a sum"));
    }
  }

  private static void checkPeriod(Leaderboard board, String path, Findings findings) {
    boolean season = board.getPeriod() == BoardPeriod.BOARD_PERIOD_SEASON;
    onlyForSeason(board.hasStartsAt(), season, path + "starts_at", findings);
    onlyForSeason(board.hasEndsAt(), season, path + "ends_at", findings);
    if (season
        && board.hasStartsAt()
        && board.hasEndsAt()
        && Timestamps.compare(board.getStartsAt(), board.getEndsAt()) >= 0) {
      findings.broken(
          path + "ends_at",
          expected(
              Timestamps.toString(board.getEndsAt()),
              "a time after starts_at, " + Timestamps.toString(board.getStartsAt())));
    }
    if (board.getPeriod() == BoardPeriod.BOARD_PERIOD_BROADCAST
        && board.getScope() != BoardScope.BOARD_SCOPE_ROOM) {
      boolean isOfTeams = board.getScope() == BoardScope.BOARD_SCOPE_TEAM;
      findings.broken(
          path + "scope",
          expected(isOfTeams ? "team" : "merchant", "room; a broadcast is of one room"));
    }
    if (board.getPeriod() == BoardPeriod.BOARD_PERIOD_ALL_TIME && board.getPrizesCount() > 0) {
      findings.broken(
          path + "prizes", expected("given", "nothing; the period all_time has no end"));
    }
  }

  private static void onlyForSeason(boolean given, boolean season, String path, Findings findings) {
    if (season && !given) {
      findings.broken(path, expected("missing", "a time; the period is a season"));
    } else if (!season && given) {
      findings.broken(path, expected("given", "nothing; it is only for the period season"));
    }
  }

  private static String path(int index) {
    return "leaderboards[" + index + "]";
  }
}
