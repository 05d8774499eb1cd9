package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.ReadSlice;
import jakarta.inject.Inject;
import java.util.Comparator;
import org.jdbi.v3.core.Handle;

/**
 * Some of a team's members, for the rule that pays them; read from their scores and never written.
 * Thread-safe.
 */
final class TeamMembersSlice implements ReadSlice<TeamMembersSlice.From, ImmutableList<String>> {
  /** So many are paid by one turn. */
  static final int MEMBERS_AT_ONCE = 500;

  private final BoardDao dao;

  @Inject
  TeamMembersSlice(BoardDao dao) {
    this.dao = dao;
  }

  /**
   * The members after one, by the viewers' ids.
   *
   * @param team the board with the team as its room
   * @param leastScore how much they have scored at least
   * @param afterViewerId empty: from the first
   */
  record From(BoardKey team, long leastScore, String afterViewerId) implements Comparable<From> {
    private static final Comparator<From> ORDER =
        Comparator.comparing(From::team)
            .thenComparingLong(From::leastScore)
            .thenComparing(From::afterViewerId);

    @Override
    public int compareTo(From other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  public ImmutableList<String> initial(From key) {
    return ImmutableList.of();
  }

  @Override
  public ImmutableList<String> read(Handle handle, From key) {
    return ImmutableList.copyOf(
        dao.contributors(handle, key.team, key.leastScore, key.afterViewerId, MEMBERS_AT_ONCE));
  }
}
