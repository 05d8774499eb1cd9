package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * Who stands at the top of a board, for the rule that settles it; read from the scores and never
 * written. Reading passes over all scores of the period once: 10^6 of them take about half a
 * second, once a period. Thread-safe.
 */
final class StandingsSlice implements Slice<BoardKey, StandingsSlice.Standings> {
  /** The most positions that can win something. */
  static final int MAX_WINNERS = 1_000;

  /**
   * The top of a board.
   *
   * @param members how many members the board has
   * @param top the viewers' ids by rising positions
   */
  record Standings(long members, ImmutableList<String> top) {
    static final Standings NONE = new Standings(0, ImmutableList.of());
  }

  private final BoardDao dao;

  @Inject
  StandingsSlice(BoardDao dao) {
    this.dao = dao;
  }

  @Override
  public Standings initial(BoardKey key) {
    return Standings.NONE;
  }

  @Override
  public void load(
      Script script,
      SortedSet<BoardKey> keys,
      boolean lock,
      BiConsumer<BoardKey, Standings> found) {
    for (BoardKey key : keys) {
      List<String> top = dao.top(script.handle(), key, MAX_WINNERS);
      found.accept(
          key, new Standings(dao.members(script.handle(), key), ImmutableList.copyOf(top)));
    }
  }

  @Override
  public void save(Script script, Map<BoardKey, Standings> changed) {
    throw new IllegalStateException("standings follow from scores (expected: no rule sets them)");
  }
}
