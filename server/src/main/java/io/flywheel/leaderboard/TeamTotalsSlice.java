package io.flywheel.leaderboard;

import io.flywheel.engine.ReadSlice;
import jakarta.inject.Inject;
import org.jdbi.v3.core.Handle;

/**
 * What teams have reached, for the rule that settles a board; read from the members' scores and
 * never written. A key is a board with the team as its room. Thread-safe.
 */
final class TeamTotalsSlice implements ReadSlice<BoardKey, TeamTotal> {
  private final BoardDao dao;

  @Inject
  TeamTotalsSlice(BoardDao dao) {
    this.dao = dao;
  }

  @Override
  public TeamTotal initial(BoardKey key) {
    return TeamTotal.NONE;
  }

  @Override
  public TeamTotal read(Handle handle, BoardKey key) {
    return dao.total(handle, key);
  }
}
