package io.flywheel.leaderboard;

import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * What teams have reached, for the rule that settles a board; read from the members' scores and
 * never written. A key is a board with the team as its room. Thread-safe.
 */
final class TeamTotalsSlice implements Slice<BoardKey, TeamTotal> {
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
  public void load(
      Script script,
      SortedSet<BoardKey> keys,
      boolean lock,
      BiConsumer<BoardKey, TeamTotal> found) {
    for (BoardKey key : keys) {
      found.accept(key, dao.total(script.handle(), key));
    }
  }

  @Override
  public void save(Script script, Map<BoardKey, TeamTotal> changed) {
    throw new IllegalStateException("totals follow from scores (expected: no rule sets them)");
  }
}
