package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.ReadSlice;
import jakarta.inject.Inject;
import org.jdbi.v3.core.Handle;

/**
 * Who stands at the top of a board, for the rule that settles it; read from the scores and never
 * written. Reading passes over all scores of the period once: 10^6 of them take about half a
 * second, once a period. Thread-safe.
 */
final class StandingsSlice implements ReadSlice<BoardKey, StandingsSlice.Standings> {
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
  public Standings read(Handle handle, BoardKey key) {
    ImmutableList<String> top = ImmutableList.copyOf(dao.top(handle, key, MAX_WINNERS));
    return new Standings(dao.members(handle, key), top);
  }
}
