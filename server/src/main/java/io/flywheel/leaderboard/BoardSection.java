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
import io.flywheel.v1.Metric;
import io.flywheel.v1.Program;
import io.flywheel.v1.RankStyle;
import jakarta.inject.Inject;

/** What a program says of leaderboards. Thread-safe. */
final class BoardSection implements ProgramSection<CompiledBoards> {
  static final Names.Kind BOARD = new Names.Kind("a leaderboard");

  private static final Duration LATENESS = Durations.fromMinutes(5);

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
    }
  }

  @Override
  public CompiledBoards compile(Program filled) {
    return new CompiledBoards(
        filled.getLeaderboardsList().stream()
            .map(board ->
                new CompiledBoard(
                    board, triggers.compile(board.getMetric(), "", "Leaderboard " + board.getId())))
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
    if (!board.hasLateness()) {
      board.setLateness(LATENESS);
    }
  }

  private static void check(Leaderboard board, String path, Findings findings) {
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
      findings.broken(path + "scope", expected("merchant", "room; a broadcast is of one room"));
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
