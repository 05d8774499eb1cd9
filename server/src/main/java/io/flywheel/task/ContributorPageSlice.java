package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.AppendedSlice;
import io.flywheel.engine.MemoryStates;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Pages of those who contributed to a goal of a room in time. Only read. Thread-safe. */
final class ContributorPageSlice implements AppendedSlice<ContributorPageSlice.Key, List<String>> {
  static final int PAGE_SIZE = 500;

  @Inject
  ContributorPageSlice() {}

  /**
   * A page.
   *
   * @param threshold those of earlier versions who came in when the goal had reached this much are
   *     left out
   * @param second those who first contributed after this second are left out
   * @param afterViewerId the viewer after whom it begins; empty: at the first
   */
  record Key(RoomGoalKey goal, long threshold, long second, String afterViewerId)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::goal)
            .thenComparingLong(Key::threshold)
            .thenComparingLong(Key::second)
            .thenComparing(Key::afterViewerId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  public List<String> initial(Key key) {
    return List.of();
  }

  @Override
  public List<String> read(Handle handle, Key key) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM task_contributor
            WHERE merchant_id = :merchant AND room_id = :room AND task_id = :task
              AND task_window = :window AND viewer_id > :after
              AND joined_at_count < :threshold AND joined_ms < :before
            ORDER BY viewer_id
            LIMIT :limit\
            """)
        .bind("merchant", key.goal.merchantId())
        .bind("room", key.goal.roomId())
        .bind("task", key.goal.taskId())
        .bind("window", key.goal.window())
        .bind("after", key.afterViewerId)
        .bind("threshold", key.threshold)
        .bind("before", (key.second + 1) * 1_000)
        .bind("limit", PAGE_SIZE)
        .mapTo(String.class)
        .list();
  }

  /** All rows in memory are of this version. */
  @Override
  public List<String> readRows(Key key, MemoryStates states) {
    return states.rows(ContributorAppender.Row.class).stream()
        .filter(row ->
            row.goal().equals(key.goal)
                && row.joinedMillis() < (key.second + 1) * 1_000
                && row.viewerId().compareTo(key.afterViewerId) > 0)
        .map(ContributorAppender.Row::viewerId)
        .distinct()
        .sorted()
        .limit(PAGE_SIZE)
        .toList();
  }
}
