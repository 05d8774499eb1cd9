package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.ReadSlice;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * How the members of some cohorts of a league stand, for the rule that settles it; read from seats
 * and scores and never written. Thread-safe.
 */
final class CohortsSlice
    implements ReadSlice<CohortsSlice.From, ImmutableList<CohortsSlice.Cohort>> {
  /** Some dozen cohorts, so that a turn leaves no more than that for their members. */
  private static final int ROWS_AT_ONCE = 1_000;

  /**
   * Whoever was taken off stands last; of equal scores, the one that was reached first is ahead.
   */
  private static final Comparator<LeagueDao.Seated> BEST_FIRST =
      Comparator.comparing((LeagueDao.Seated member) -> member.score().removed())
          .thenComparing(
              Comparator.comparingLong((LeagueDao.Seated member) -> member.score().points())
                  .reversed())
          .thenComparingLong(member -> member.score().reachedMillis())
          .thenComparing(LeagueDao.Seated::viewerId);

  private final LeagueDao dao;

  @Inject
  CohortsSlice(LeagueDao dao) {
    this.dao = dao;
  }

  /** The cohorts after this one, by their divisions' ids. */
  record From(DivisionKey division, int afterCohort) implements Comparable<From> {
    private static final Comparator<From> ORDER =
        Comparator.comparing(From::division).thenComparingInt(From::afterCohort);

    @Override
    public int compareTo(From other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A cohort.
   *
   * @param members the viewers' ids, the best first
   */
  record Cohort(String divisionId, int number, ImmutableList<String> members) {}

  @Override
  public ImmutableList<Cohort> initial(From key) {
    return ImmutableList.of();
  }

  @Override
  public ImmutableList<Cohort> read(Handle handle, From key) {
    List<LeagueDao.Seated> rows =
        dao.seatedAfter(
            handle, key.division.board(), key.division.divisionId(), key.afterCohort, ROWS_AT_ONCE);
    return cohorts(rows, rows.size() == ROWS_AT_ONCE);
  }

  /**
   * The rows by cohorts.
   *
   * @param isCut whether there are more rows, perhaps of the last cohort, which is left out then
   */
  private static ImmutableList<Cohort> cohorts(List<LeagueDao.Seated> rows, boolean isCut) {
    ImmutableList.Builder<Cohort> cohorts = ImmutableList.builder();
    List<LeagueDao.Seated> members = new ArrayList<>();
    for (LeagueDao.Seated row : rows) {
      if (!members.isEmpty() && !row.isWith(members.getFirst())) {
        cohorts.add(cohort(members));
        members.clear();
      }
      members.add(row);
    }
    if (!members.isEmpty() && !isCut) {
      cohorts.add(cohort(members));
    }
    return cohorts.build();
  }

  private static Cohort cohort(List<LeagueDao.Seated> members) {
    return new Cohort(
        members.getFirst().divisionId(),
        members.getFirst().cohort(),
        members.stream()
            .sorted(BEST_FIRST)
            .map(LeagueDao.Seated::viewerId)
            .collect(ImmutableList.toImmutableList()));
  }
}
