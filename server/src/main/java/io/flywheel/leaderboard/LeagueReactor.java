package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.BoardCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.League;
import io.flywheel.v1.LeagueDivision;
import io.flywheel.v1.LeagueMoved;
import io.flywheel.v1.ViewerProfile;
import jakarta.inject.Inject;
import java.time.Duration;

/**
 * The rules of leagues. Joining a cohort takes a shared row, once a viewer and period; the end of a
 * period is told to each member by a follow-up, which also lets those join the next one who have
 * scored in it already. Thread-safe.
 */
final class LeagueReactor implements Reactor {
  /** So many cohorts are filled one after the other; from then on, several at a time. */
  static final int FIRST_COHORTS = 100;

  static final int PARTS = 16;

  /** By then whoever had a seat was told how the period ended. */
  private static final long TOLD_WITHIN_MILLIS = Duration.ofHours(1).toMillis();

  private final LeagueSlice standings;
  private final SeatsSlice seats;
  private final SeatAppender seated;
  private final CohortsSlice cohorts;
  private final PeriodSlice periods;

  @Inject
  LeagueReactor(
      LeagueSlice standings,
      SeatsSlice seats,
      SeatAppender seated,
      CohortsSlice cohorts,
      PeriodSlice periods) {
    this.standings = standings;
    this.seats = seats;
    this.seated = seated;
    this.cohorts = cohorts;
    this.periods = periods;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(SettleLeague.class, this::settle);
    reactions.on(LeagueResult.class, this::ended);
  }

  /**
   * An action is likely to score: asks for what a first score in a period looks at, where actions
   * of the kind lately had one. The seat is locked when it is taken, or what is locked before it
   * would be out of order. Of whom nothing is known is taken for new, and plays in the lowest
   * division.
   */
  void prefetch(Prefetch wanted, CompiledBoard board, BoardKey key) {
    if (wanted.isUsual(standings)) {
      wanted.get(standings, new LeagueKey(board.id(), wanted.action().viewer()));
    }
    if (wanted.isUsual(seats) && wanted.profile().equals(ViewerProfile.getDefaultInstance())) {
      LeagueDivision lowest = LeagueRules.division(board.board().getLeague(), 1);
      wanted.peek(seats, new SeatsKey(new DivisionKey(key, lowest.getId()), 0));
    }
  }

  /** The viewer's first score in a period that is not settled: a seat in a cohort. */
  void join(Turn turn, CompiledBoard board, BoardKey key, long startsMillis, long endsMillis) {
    LeagueKey own = new LeagueKey(board.id(), turn.viewer());
    LeagueStanding standing = turn.get(standings, own);
    if (!standing.getPeriod().isEmpty()) {
      if (standing.getEndsMs() > startsMillis) {
        return; // it is late for a period before the one that the viewer plays in
      }
      if (!standing.getClosed() && !isForgotten(turn, key, standing, startsMillis)) {
        turn.set(
            standings,
            own,
            standing.toBuilder()
                .setWaitingPeriod(key.period())
                .setWaitingStartsMs(startsMillis)
                .setWaitingEndsMs(endsMillis)
                .build());
        return;
      }
    }
    League league = board.board().getLeague();
    int former = LeagueRules.numberOf(league, standing);
    int number = LeagueRules.numberIn(board, turn.program().calendar(), standing, startsMillis);
    LeagueDivision division = LeagueRules.division(league, number);
    DivisionKey place = new DivisionKey(key, division.getId());
    int cohort = takeSeat(turn, place, league.getCohortSize());
    turn.append(seated, new SeatAppender.Seat(place, cohort, turn.viewer().viewerId()));
    LeagueStanding.Builder joined =
        LeagueStanding.newBuilder()
            .setDivisionId(division.getId())
            .setNumber(number)
            .setPeriod(key.period())
            .setEndsMs(endsMillis)
            .setCohort(cohort);
    if (standing.hasLatest()) {
      joined.setLatest(standing.getLatest());
    }
    turn.set(standings, own, joined.build());
    if (number < former) {
      turn.emit(moved(key.boardId(), key.period(), division, number, former).build());
    }
  }

  /** Whether nobody will tell how the latest period ended: a whole one was waited for in vain. */
  private boolean isForgotten(Turn turn, BoardKey key, LeagueStanding standing, long startsMillis) {
    if (standing.getWaitingPeriod().isEmpty() || standing.getWaitingEndsMs() > startsMillis) {
      return false;
    }
    Period latest =
        turn.peek(periods, new BoardKey(key.merchantId(), key.boardId(), "", standing.getPeriod()));
    return latest.state() != Period.State.OPEN
        && latest.settlesMillis() + TOLD_WITHIN_MILLIS < turn.now().toEpochMilli();
  }

  /** Takes a seat in the cohort that is being filled; answers its number, from 1. */
  private int takeSeat(Turn turn, DivisionKey division, int size) {
    SeatsKey first = new SeatsKey(division, 0);
    long full = (long) FIRST_COHORTS * size;
    if (turn.peek(seats, first) < full) {
      long taken = turn.get(seats, first);
      if (taken < full) {
        turn.set(seats, first, taken + 1);
        return (int) (taken / size) + 1;
      }
    }
    int part = 1 + Math.floorMod(turn.viewer().spread(), PARTS);
    SeatsKey later = new SeatsKey(division, part);
    long taken = turn.get(seats, later);
    turn.set(seats, later, taken + 1);
    return FIRST_COHORTS + (int) (taken / size) * PARTS + part;
  }

  private void settle(Turn turn, SettleLeague due) {
    BoardKey board =
        new BoardKey(turn.viewer().merchantId(), due.getBoardId(), "", due.getPeriod());
    ImmutableList<CohortsSlice.Cohort> next =
        turn.peek(
            cohorts,
            new CohortsSlice.From(
                new DivisionKey(board, due.getAfterDivisionId()), due.getAfterCohort()));
    if (next.isEmpty()) {
      return;
    }
    next.forEach(cohort -> tell(turn, due, cohort));
    turn.followUpNow(
        turn.viewer(),
        due.toBuilder()
            .setAfterDivisionId(next.getLast().divisionId())
            .setAfterCohort(next.getLast().number())
            .build());
  }

  /**
   * Begins to settle a league, as it was when the period began or, where there was none, as it is
   * now. Whoever has a seat is told the end, even if the board has no league any more.
   */
  void begin(Turn turn, SettleBoard due) {
    CompiledBoard board = CompiledBoards.of(turn.program()).find(due.getBoardId());
    League now = board == null ? League.getDefaultInstance() : board.board().getLeague();
    settle(
        turn,
        SettleLeague.newBuilder()
            .setBoardId(due.getBoardId())
            .setPeriod(due.getPeriod())
            .setLeague(due.hasLeague() ? due.getLeague() : now)
            .build());
  }

  private static void tell(Turn turn, SettleLeague due, CohortsSlice.Cohort cohort) {
    League league = due.getLeague();
    int members = cohort.members().size();
    int number = LeagueRules.numberOf(league, cohort.divisionId());
    for (int i = 0; i < members; i++) {
      int way = LeagueRules.way(league, i + 1, members);
      BoardCause.Builder cause =
          BoardCause.newBuilder()
              .setBoardId(due.getBoardId())
              .setPeriod(due.getPeriod())
              .setPosition(i + 1);
      LeagueResult.Builder result = LeagueResult.newBuilder().setWay(way).setMembers(members);
      if (way > 0 && number > 0 && number < league.getDivisionsCount()) {
        LeagueDivision higher = LeagueRules.division(league, number + 1);
        cause.setDivisionId(higher.getId());
        result.addAllRewards(higher.getRewardsList());
      }
      turn.followUpNow(
          new ViewerKey(turn.viewer().merchantId(), cohort.members().get(i)),
          result.setCause(cause).build());
    }
  }

  /** A period has ended for a member. */
  private void ended(Turn turn, LeagueResult result) {
    BoardCause cause = result.getCause();
    LeagueKey own = new LeagueKey(cause.getBoardId(), turn.viewer());
    LeagueStanding standing = turn.get(standings, own);
    if (standing.getClosed() || !standing.getPeriod().equals(cause.getPeriod())) {
      return;
    }
    CompiledBoard board = CompiledBoards.of(turn.program()).find(cause.getBoardId());
    LeagueStanding.Builder after =
        standing.toBuilder()
            .setClosed(true)
            .clearWaitingPeriod()
            .clearWaitingStartsMs()
            .clearWaitingEndsMs();
    if (board == null || !board.board().hasLeague()) {
      turn.set(standings, own, after.build());
      return;
    }
    League league = board.board().getLeague();
    int former = LeagueRules.numberOf(league, standing);
    int number = Math.clamp(former + (long) result.getWay(), 1, league.getDivisionsCount());
    LeagueDivision division = LeagueRules.division(league, number);
    LeagueMoved moved =
        moved(cause.getBoardId(), cause.getPeriod(), division, number, former)
            .setPosition(cause.getPosition())
            .setMembers(result.getMembers())
            .build();
    after.setDivisionId(division.getId()).setNumber(number).setLatest(moved);
    boolean waits = !standing.getWaitingPeriod().isEmpty();
    boolean canJoin = waits && isOpen(turn, board, standing.getWaitingPeriod());
    if (waits && !canJoin) {
      after.setEndsMs(standing.getWaitingEndsMs()); // it was played, though it ended before this
    }
    turn.set(standings, own, after.build());
    turn.emit(moved);
    result
        .getRewardsList()
        .forEach(reward -> Rewards.give(turn, reward, Cause.newBuilder().setBoard(cause).build()));
    if (canJoin) {
      join(
          turn,
          board,
          keyOf(turn, board, standing.getWaitingPeriod()),
          standing.getWaitingStartsMs(),
          standing.getWaitingEndsMs());
    }
  }

  private boolean isOpen(Turn turn, CompiledBoard board, String period) {
    return turn.peek(periods, keyOf(turn, board, period)).state() == Period.State.OPEN;
  }

  private static BoardKey keyOf(Turn turn, CompiledBoard board, String period) {
    return new BoardKey(turn.viewer().merchantId(), board.id(), "", period);
  }

  private static LeagueMoved.Builder moved(
      String boardId, String period, LeagueDivision division, int number, int former) {
    return LeagueMoved.newBuilder()
        .setBoardId(boardId)
        .setPeriod(period)
        .setDivisionId(division.getId())
        .setTitle(division.getTitle())
        .setNumber(number)
        .setFormerNumber(former);
  }
}
