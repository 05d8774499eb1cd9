package io.flywheel.leaderboard;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.BoardPeriod;
import io.flywheel.v1.BoardScope;
import io.flywheel.v1.Leaderboard;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/** A board as rules use it, defaults filled in. Immutable and thread-safe. */
final class CompiledBoard {
  /** When a period of a broadcast is settled at the latest, from its first score on. */
  static final Duration LONGEST_BROADCAST = Duration.ofDays(1);

  private final Leaderboard board;
  private final Counter counter;
  private final CompiledTeams teams;
  private final long latenessMillis;

  /**
   * A board.
   *
   * @param teams the program's
   */
  CompiledBoard(Leaderboard board, Counter counter, CompiledTeams teams) {
    this.board = board;
    this.counter = counter;
    this.teams = teams;
    this.latenessMillis = Durations.toMillis(board.getLateness());
  }

  /** The board as configured, with all defaults filled in. */
  Leaderboard board() {
    return board;
  }

  String id() {
    return board.getId();
  }

  boolean isOfRoom() {
    return board.getScope() == BoardScope.BOARD_SCOPE_ROOM;
  }

  /** Whether the program's teams compete on it. */
  boolean isOfTeams() {
    return board.getScope() == BoardScope.BOARD_SCOPE_TEAM;
  }

  /** Those that compete on a board of teams. */
  CompiledTeams teams() {
    return teams;
  }

  boolean isByBroadcast() {
    return board.getPeriod() == BoardPeriod.BOARD_PERIOD_BROADCAST;
  }

  /** What is added up. */
  Counter counter() {
    return counter;
  }

  /**
   * The board in one of its periods.
   *
   * @param partId the room or the team; does not matter where the board is the merchant's
   */
  BoardKey key(String merchantId, String partId, String period) {
    return new BoardKey(merchantId, id(), isOfRoom() || isOfTeams() ? partId : "", period);
  }

  /** Where the period of scores is kept: teams have theirs together, for they are settled so. */
  BoardKey periodKey(BoardKey key) {
    return isOfTeams() ? key.whole() : key;
  }

  /**
   * The period at a time, and when it is settled; null: the time lies outside of the season.
   *
   * @param broadcastId the broadcast, or the day that stands for it
   */
  @Nullable Named period(ProgramCalendar calendar, Instant at, String broadcastId) {
    return switch (board.getPeriod()) {
      case BOARD_PERIOD_DAY -> {
        ProgramCalendar.Day day = calendar.day(at);
        yield named(day.name(), day.startMillis(), day.endMillis());
      }
      case BOARD_PERIOD_MONTH -> {
        YearMonth month = YearMonth.from(calendar.dayOf(at));
        yield named(
            month.toString(),
            calendar.startOf(month.atDay(1)).toEpochMilli(),
            calendar.endOf(month.atEndOfMonth()).toEpochMilli());
      }
      case BOARD_PERIOD_BROADCAST ->
          new Named(
              "broadcast:" + broadcastId,
              new Period(
                  0,
                  0,
                  at.plus(LONGEST_BROADCAST).toEpochMilli() + latenessMillis,
                  Period.State.OPEN));
      case BOARD_PERIOD_SEASON -> {
        long starts = Timestamps.toMillis(board.getStartsAt());
        long ends = Timestamps.toMillis(board.getEndsAt());
        long millis = at.toEpochMilli();
        yield millis < starts || millis >= ends
            ? null
            : named("season:" + starts / 1_000, starts, ends);
      }
      case BOARD_PERIOD_ALL_TIME -> new Named("all", new Period(0, 0, 0, Period.State.OPEN));
      default -> {
        ProgramCalendar.Day day = calendar.day(at);
        yield named(day.week(), day.weekStartMillis(), day.weekEndMillis());
      }
    };
  }

  /** A period and its name, as in {@link io.flywheel.v1.BoardCause}. */
  record Named(String name, Period period) {}

  private Named named(String name, long startsMillis, long endsMillis) {
    return new Named(
        name, new Period(startsMillis, endsMillis, endsMillis + latenessMillis, Period.State.OPEN));
  }
}
