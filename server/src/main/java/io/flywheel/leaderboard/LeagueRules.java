package io.flywheel.leaderboard;

import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.League;
import io.flywheel.v1.LeagueDivision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who rises and who falls. Pure functions. */
final class LeagueRules {
  private LeagueRules() {}

  /** How many of a cohort rise, from the top, if its division is not the highest. */
  static int promoted(League league, int members) {
    return share(league.getPromoted(), league.getCohortSize(), members);
  }

  /** How many of a cohort fall, from the bottom, if its division is not the lowest. */
  static int relegated(League league, int members) {
    int falling = share(league.getRelegated(), league.getCohortSize(), members);
    return Math.min(falling, members - promoted(league, members));
  }

  /**
   * Which way a member goes.
   *
   * @param position from 1
   * @return 1: up; -1: down; 0: neither
   */
  static int way(League league, int position, int members) {
    if (position <= promoted(league, members)) {
      return 1;
    }
    return position > members - relegated(league, members) ? -1 : 0;
  }

  /** The division's number, from 1; 0: the league has it not. */
  static int numberOf(League league, String divisionId) {
    for (int i = 0; i < league.getDivisionsCount(); i++) {
      if (league.getDivisions(i).getId().equals(divisionId)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** The number of a viewer's division in the league as it is now, whatever it was before. */
  static int numberOf(League league, LeagueStanding standing) {
    int number = numberOf(league, standing.getDivisionId());
    return number > 0
        ? number
        : Math.clamp(standing.getNumber(), 1, Math.max(1, league.getDivisionsCount()));
  }

  static LeagueDivision division(League league, int number) {
    return league.getDivisions(number - 1);
  }

  /**
   * The number of the division in which a viewer plays in a period: one lower for each period since
   * the latest one, or the one that the viewer waits in, in which the viewer did not play.
   *
   * @param startsMillis when the period begins, in epoch milliseconds
   */
  static int numberIn(
      CompiledBoard board, ProgramCalendar calendar, LeagueStanding standing, long startsMillis) {
    int number = numberOf(board.board().getLeague(), standing);
    long next =
        standing.getPeriod().isEmpty()
            ? startsMillis
            : Math.max(standing.getEndsMs(), standing.getWaitingEndsMs());
    while (next < startsMillis && number > 1) {
      CompiledBoard.@Nullable Named idle = board.period(calendar, Instant.ofEpochMilli(next), "");
      if (idle == null || idle.period().endsMillis() <= next) {
        return number;
      }
      next = idle.period().endsMillis();
      number--;
    }
    return number;
  }

  /** A part of a full cohort, rounded, for a cohort of so many; nobody who is alone moves. */
  private static int share(int ofFull, int full, int members) {
    return members < 2 || full == 0
        ? 0
        : Math.min(members, (2 * ofFull * members + full) / (2 * full));
  }
}
