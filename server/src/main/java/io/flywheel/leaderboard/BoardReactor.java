package io.flywheel.leaderboard;

import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceListener;
import io.flywheel.engine.Action;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.BoardCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.LeaderboardSettled;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.RankPrize;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.SetBoardMemberResponse;
import io.flywheel.v1.Trigger;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rules of leaderboards. A viewer's scores are the viewer's own state, so that no two viewers
 * wait for each other; a period is shared, but changed only by its first score and its end. A
 * period is settled by the room or the merchant, which leaves each winner the prize to take. On a
 * board of teams a viewer has a score for each team that the viewer has played for. Thread-safe.
 */
final class BoardReactor implements Reactor, OccurrenceListener {
  /**
   * How long after a period's end in the books its places are read: whoever looked at the period
   * when it still counted has committed by then.
   */
  static final Duration SETTLING = Duration.ofSeconds(10);

  /**
   * The merchant takes a viewer off a board, or puts the viewer back.
   *
   * @param removed whether the viewer is taken off
   * @param reason why, and who says so
   */
  record SetMember(BoardKey board, boolean removed, AdjustmentCause reason) {}

  private final ScoreSlice scores;
  private final PeriodSlice periods;
  private final StandingsSlice standings;
  private final LeagueReactor leagues;
  private final RankReactor ranks;
  private final TeamReactor teams;
  private final TeamSlice memberships;
  private final RefundReactor refunds;

  @Inject
  BoardReactor(
      ScoreSlice scores,
      PeriodSlice periods,
      StandingsSlice standings,
      LeagueReactor leagues,
      RankReactor ranks,
      TeamReactor teams,
      TeamSlice memberships,
      RefundReactor refunds) {
    this.refunds = refunds;
    this.teams = teams;
    this.memberships = memberships;
    this.leagues = leagues;
    this.ranks = ranks;
    this.scores = scores;
    this.periods = periods;
    this.standings = standings;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(SettleBoard.class, this::settle);
    reactions.on(AwardPrize.class, this::award);
    reactions.on(SetMember.class, this::setMember);
    reactions.onFact(
        PointsBooked.class,
        (turn, booked) -> {
          if (booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED
              || booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING) {
            remember(
                turn,
                booked.getCause(),
                Reward.newBuilder()
                    .setPoints(PointsReward.newBuilder().setAmount(booked.getAmount()))
                    .build(),
                booked.getEntryNumber());
          }
        });
    reactions.onFact(
        GrantIssued.class,
        (turn, issued) ->
            remember(
                turn,
                issued.getGrant().getCause(),
                issued.getGrant().getReward(),
                issued.getGrant().getGrantNumber()));
  }

  @Override
  public void prefetch(Prefetch wanted) {
    CompiledProgram program = wanted.program();
    if (program == null || !wanted.isUsual(scores)) {
      return;
    }
    Action action = wanted.action();
    for (CompiledBoard board : CompiledBoards.of(program).all()) {
      CompiledBoard.Named named =
          board.period(program.calendar(), action.at(), action.broadcastId());
      if (named != null && board.isOfTeams()) {
        wanted.peek(periods, board.key(action.viewer().merchantId(), "", named.name()));
        if (!board.teams().areOfRooms()) {
          wanted.get(memberships);
        }
      } else if (named != null) {
        BoardKey key = board.key(action.viewer().merchantId(), action.roomId(), named.name());
        wanted.peek(periods, key);
        wanted.get(scores, new ScoreKey(action.viewer(), key));
        if (board.board().hasLeague()) {
          leagues.prefetch(wanted, board, key);
        }
      }
    }
  }

  @Override
  public void occurred(Turn turn, List<Occurrence> occurrences) {
    CompiledBoards boards = CompiledBoards.of(turn.program());
    for (Occurrence occurrence : occurrences) {
      for (CompiledBoard board : boards.byTrigger().get(occurrence.trigger())) {
        if (board.counter().matches(turn, occurrence)) {
          count(turn, board, occurrence);
        }
      }
    }
  }

  @Override
  public Set<String> fieldsAsked(CompiledProgram program, Trigger trigger) {
    return CompiledBoards.of(program).viewerFields(trigger);
  }

  private void count(Turn turn, CompiledBoard board, Occurrence occurrence) {
    if (board.isOfRoom() && occurrence.roomId().isEmpty()) {
      return;
    }
    CompiledBoard.Named named =
        board.period(turn.program().calendar(), occurrence.at(), occurrence.broadcastId());
    long more =
        board
            .counter()
            .measure(occurrence, occurrence.times(), turn.program().calendar(), unused -> false);
    if (named == null || more <= 0) {
      return;
    }
    String part = board.isOfTeams() ? teams.teamOf(turn, occurrence) : occurrence.roomId();
    if (board.isOfTeams() && part.isEmpty()) {
      return;
    }
    BoardKey key = board.key(turn.viewer().merchantId(), part, named.name());
    ScoreKey scoreKey = new ScoreKey(turn.viewer(), key);
    turn.want(scores, scoreKey); // with the period, or the turn would begin again for each
    Period period = open(turn, board, board.periodKey(key), named.period());
    if (board.isOfTeams()) {
      teams.open(turn, key, period);
    }
    boolean late = period.state() == Period.State.SETTLED;
    Score score = turn.get(scores, scoreKey).plus(more, occurrence.at().toEpochMilli());
    turn.set(scores, scoreKey, score);
    turn.emit(score.moved(key, late).build());
    refunds.note(turn, occurrence, key, more);
    if (score.moves() == 1 && !late && board.board().hasLeague()) {
      leagues.join(turn, board, key, period.startsMillis(), period.endsMillis());
    }
  }

  /** The first score in a period fixes when it is settled and what it gives. */
  private Period open(Turn turn, CompiledBoard board, BoardKey key, Period next) {
    Period known = turn.peek(periods, key);
    if (known.state() != Period.State.UNKNOWN) {
      return known;
    }
    known = turn.get(periods, key);
    if (known.state() != Period.State.UNKNOWN) {
      return known;
    }
    turn.set(periods, key, next);
    if (next.settlesMillis() > 0) {
      ViewerKey settler =
          key.roomId().isEmpty()
              ? ViewerKey.merchant(key.merchantId())
              : ViewerKey.room(key.merchantId(), key.roomId());
      SettleBoard.Builder due =
          SettleBoard.newBuilder()
              .setBoardId(key.boardId())
              .setRoomId(key.roomId())
              .setPeriod(key.period())
              .addAllPrizes(board.board().getPrizesList());
      if (board.board().hasLeague()) {
        due.setLeague(board.board().getLeague());
      }
      if (board.isOfTeams()) {
        due.addAllTeamIds(board.teams().byId().keySet())
            .setLeastContribution(board.board().getLeastContribution());
      }
      turn.followUp(settler, Instant.ofEpochMilli(next.settlesMillis()), due.build());
    }
    if (!board.isOfTeams()) {
      ranks.begin(turn, board, key, next.endsMillis());
    }
    return next;
  }

  /** Scorers look at the period without waiting for each other, so it is closed before it pays. */
  private void settle(Turn turn, SettleBoard due) {
    BoardKey key =
        new BoardKey(
            turn.viewer().merchantId(), due.getBoardId(), due.getRoomId(), due.getPeriod());
    if (due.getClosed()) {
      pay(turn, key, due);
      return;
    }
    Period period = turn.get(periods, key);
    if (period.state() != Period.State.SETTLED) {
      turn.set(periods, key, period.settled());
      turn.followUp(turn.viewer(), paidAt(turn), due.toBuilder().setClosed(true).build());
    }
  }

  /**
   * When a period that is closed now pays. Of several that were all overdue after a downtime, the
   * one that has waited longest pays first: 9 ms earlier for each day.
   */
  private static Instant paidAt(Turn turn) {
    Duration overdue = Duration.between(turn.at(), turn.now());
    return turn.now().plus(SETTLING).minus(overdue.dividedBy(10_000_000));
  }

  private void pay(Turn turn, BoardKey key, SettleBoard due) {
    boolean isOfTeams = due.getTeamIdsCount() > 0;
    StandingsSlice.Standings now =
        isOfTeams ? teams.settle(turn, key, due.getTeamIdsList()) : turn.peek(standings, key);
    List<List<Reward>> prizes = byPosition(due.getPrizesList(), now.top().size());
    for (int i = 0; i < prizes.size(); i++) {
      String winner = now.top().get(i);
      if (isOfTeams) {
        teams.pay(
            turn, causeOf(key.part(winner), i + 1), prizes.get(i), due.getLeastContribution());
      } else {
        turn.followUpNow(
            new ViewerKey(key.merchantId(), winner),
            AwardPrize.newBuilder()
                .setCause(causeOf(key, i + 1))
                .addAllRewards(prizes.get(i))
                .build());
      }
    }
    turn.emit(
        LeaderboardSettled.newBuilder()
            .setBoardId(key.boardId())
            .setRoomId(key.roomId())
            .setPeriod(key.period())
            .setMembers(now.members())
            .setWinners(prizes.size())
            .build());
    if (due.getRoomId().isEmpty()) {
      leagues.begin(turn, due);
    }
  }

  /** What each position wins, from the first on. */
  private static List<List<Reward>> byPosition(List<RankPrize> prizes, int members) {
    List<List<Reward>> positions = new ArrayList<>();
    for (RankPrize prize : prizes) {
      while (positions.size() < Math.min(members, prize.getLastPosition())) {
        positions.add(prize.getRewardsList());
      }
    }
    return positions;
  }

  /** Who was taken off between the settlement and this wins nothing, until being put back. */
  private void award(Turn turn, AwardPrize prize) {
    ScoreKey key = keyOf(turn, prize.getCause());
    Score score = turn.get(scores, key);
    WonPrizes.Builder prizes = score.prizes().toBuilder().setCause(prize.getCause());
    if (score.removed()) {
      prizes.addAllTakenBack(prize.getRewardsList());
    }
    turn.set(scores, key, score.withPrizes(prizes.build()));
    if (!score.removed()) {
      give(turn, prize.getRewardsList(), prize.getCause());
    }
  }

  private static void give(Turn turn, List<Reward> rewards, BoardCause cause) {
    for (Reward reward : rewards) {
      Rewards.give(turn, reward, Cause.newBuilder().setBoard(cause).build());
    }
  }

  /** Where a prize was booked, so that it can be taken back. */
  private void remember(Turn turn, Cause cause, Reward reward, long number) {
    if (!cause.hasBoard()) {
      return;
    }
    ScoreKey key = keyOf(turn, cause.getBoard());
    Score score = turn.get(scores, key);
    turn.set(
        scores,
        key,
        score.withPrizes(
            score.prizes().toBuilder()
                .addWon(
                    WonPrize.newBuilder()
                        .setReward(reward)
                        .setNumber(number)
                        .setCause(cause.getBoard()))
                .build()));
  }

  private void setMember(Turn turn, SetMember change) {
    ScoreKey key = new ScoreKey(turn.viewer(), change.board());
    Score score = turn.get(scores, key);
    if (score.moves() == 0) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_VIEWER_NOT_FOUND,
          "viewer_id: %s (expected: a viewer who has a score in this period of the board)"
              .formatted(turn.viewer().viewerId()));
    }
    if (score.removed() != change.removed()) {
      set(turn, key, score.withRemoved(change.removed()), change.reason());
    }
    turn.respond(() -> SetBoardMemberResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  private void set(Turn turn, ScoreKey key, Score score, AdjustmentCause reason) {
    WonPrizes prizes = score.prizes();
    WonPrizes.Builder after = prizes.toBuilder().clearWon().clearTakenBack().clearLost();
    if (score.removed()) {
      after.addAllLost(prizes.getWonList());
    }
    turn.set(scores, key, score.withPrizes(after.build()));
    BoardKey periodKey = CompiledBoards.of(turn.program()).periodKey(key.board());
    boolean settled = turn.peek(periods, periodKey).state() == Period.State.SETTLED;
    turn.emit(score.moved(key.board(), settled).build());
    if (score.removed()) {
      prizes.getWonList().forEach(won -> takeBack(turn, causeOf(prizes, won), won, reason));
    } else {
      give(turn, prizes.getTakenBackList(), prizes.getCause());
      prizes
          .getLostList()
          .forEach(lost -> give(turn, List.of(lost.getReward()), causeOf(prizes, lost)));
    }
  }

  private static BoardCause causeOf(WonPrizes prizes, WonPrize won) {
    return won.hasCause() ? won.getCause() : prizes.getCause();
  }

  private static void takeBack(Turn turn, BoardCause cause, WonPrize won, AdjustmentCause reason) {
    turn.emit(
        RewardRevoked.newBuilder()
            .setPart(won.getReward())
            .setCause(Cause.newBuilder().setBoard(cause))
            .setPolicy(RefundPolicy.REFUND_POLICY_WITHIN_BALANCE)
            .setNumber(won.getNumber())
            .setReason(Cause.newBuilder().setAdjustment(reason))
            .build());
  }

  private static ScoreKey keyOf(Turn turn, BoardCause cause) {
    return new ScoreKey(
        turn.viewer(),
        new BoardKey(
            turn.viewer().merchantId(), cause.getBoardId(), cause.getRoomId(), cause.getPeriod()));
  }

  private static BoardCause causeOf(BoardKey key, int position) {
    return BoardCause.newBuilder()
        .setBoardId(key.boardId())
        .setRoomId(key.roomId())
        .setPeriod(key.period())
        .setPosition(position)
        .build();
  }
}
