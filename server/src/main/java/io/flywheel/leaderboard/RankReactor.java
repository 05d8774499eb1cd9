package io.flywheel.leaderboard;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.BoardCause;
import io.flywheel.v1.Program;
import io.flywheel.v1.RankLost;
import io.flywheel.v1.RankPrize;
import io.flywheel.v1.ReminderReason;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Tells viewers who were overtaken. Nothing is done for it when scores move: each hour of a period
 * one follow-up reads the top, and compares it with what it was an hour before. That passes over
 * the period's scores, half a second of a million, so it is done only where the program reminds of
 * it. Thread-safe.
 */
final class RankReactor implements Reactor {
  static final Duration EVERY = Duration.ofHours(1);

  /** How many positions are looked at. */
  static final int MAX_POSITIONS = 100;

  private static final List<Integer> WITHOUT_PRIZES = List.of(3, 10);

  private final PeriodSlice periods;
  private final StandingsSlice standings;
  private final ScoreSlice scores;

  @Inject
  RankReactor(PeriodSlice periods, StandingsSlice standings, ScoreSlice scores) {
    this.periods = periods;
    this.standings = standings;
    this.scores = scores;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(LookAtRanks.class, this::look);
    reactions.on(RankFell.class, this::fell);
  }

  /** A period began. */
  void begin(Turn turn, CompiledBoard board, BoardKey key, long endsMillis) {
    if (reminds(turn.program().program())) {
      lookAgain(
          turn,
          LookAtRanks.newBuilder()
              .setBoardId(key.boardId())
              .setRoomId(key.roomId())
              .setPeriod(key.period())
              .addAllLastPositions(lastPositions(board))
              .setEndsMs(endsMillis)
              .build());
    }
  }

  private static void lookAgain(Turn turn, LookAtRanks next) {
    ViewerKey keeper =
        next.getRoomId().isEmpty()
            ? ViewerKey.merchant(turn.viewer().merchantId())
            : ViewerKey.room(turn.viewer().merchantId(), next.getRoomId());
    Instant due = turn.now().plus(EVERY); // looks that a downtime took are not made up for
    if (next.getEndsMs() == 0 || due.toEpochMilli() < next.getEndsMs()) {
      turn.followUp(keeper, due, next);
    }
  }

  private void look(Turn turn, LookAtRanks due) {
    BoardKey key =
        new BoardKey(
            turn.viewer().merchantId(), due.getBoardId(), due.getRoomId(), due.getPeriod());
    if (!reminds(turn.program().program())
        || CompiledBoards.of(turn.program()).find(key.boardId()) == null
        || turn.peek(periods, key).state() == Period.State.SETTLED) {
      return;
    }
    List<String> all = turn.peek(standings, key).top();
    List<String> top = all.subList(0, Math.min(MAX_POSITIONS, all.size()));
    for (int i = 0; i < due.getTopCount(); i++) {
      String viewerId = due.getTop(i);
      int place = top.indexOf(viewerId);
      int now = place < 0 ? Integer.MAX_VALUE : place + 1;
      if (groupOf(due, now) > groupOf(due, i + 1)) {
        turn.followUpNow(
            new ViewerKey(key.merchantId(), viewerId),
            RankFell.newBuilder()
                .setCause(
                    BoardCause.newBuilder()
                        .setBoardId(key.boardId())
                        .setRoomId(key.roomId())
                        .setPeriod(key.period())
                        .setPosition(i + 1))
                .setEndsMs(due.getEndsMs())
                .build());
      }
    }
    lookAgain(turn, due.toBuilder().clearTop().addAllTop(top).build());
  }

  /** Whoever is on the board no more, taken off or with nothing left, was not overtaken. */
  private void fell(Turn turn, RankFell fell) {
    BoardCause cause = fell.getCause();
    BoardKey key =
        new BoardKey(
            turn.viewer().merchantId(), cause.getBoardId(), cause.getRoomId(), cause.getPeriod());
    Score score = turn.get(scores, new ScoreKey(turn.viewer(), key));
    if (score.moves() > 0 && !score.isShown()) {
      return;
    }
    RankLost.Builder lost =
        RankLost.newBuilder()
            .setBoardId(key.boardId())
            .setRoomId(key.roomId())
            .setPeriod(key.period())
            .setPosition(cause.getPosition());
    if (fell.getEndsMs() != 0) {
      lost.setEndsAt(Timestamps.fromMillis(fell.getEndsMs()));
    }
    turn.emit(lost.build());
  }

  /** Which of the groups of positions one is in, from 0; all further ones are the last. */
  private static int groupOf(LookAtRanks due, int position) {
    int group = 0;
    while (group < due.getLastPositionsCount() && position > due.getLastPositions(group)) {
      group++;
    }
    return group;
  }

  private static List<Integer> lastPositions(CompiledBoard board) {
    List<Integer> ofPrizes =
        board.board().getPrizesList().stream()
            .map(RankPrize::getLastPosition)
            .filter(last -> last <= MAX_POSITIONS)
            .toList();
    if (board.board().getPrizesCount() == 0) {
      return WITHOUT_PRIZES;
    }
    return ofPrizes.isEmpty() ? List.of(MAX_POSITIONS) : ofPrizes;
  }

  private static boolean reminds(Program program) {
    return program.getReminders().getRulesList().stream()
        .anyMatch(rule -> rule.getReason() == ReminderReason.REMINDER_REASON_RANK_LOST);
  }
}
