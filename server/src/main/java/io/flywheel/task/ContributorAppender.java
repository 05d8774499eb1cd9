package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import java.util.Comparator;
import java.util.List;

/** Who contributed to goals of rooms. Thread-safe. */
final class ContributorAppender implements Appender<ContributorAppender.Row> {
  private static final Comparator<Row> ORDER =
      Comparator.comparing(Row::goal).thenComparing(Row::viewerId);

  @Inject
  ContributorAppender() {}

  /**
   * A viewer's first contribution.
   *
   * @param joinedAtCount how far the goal was before it
   */
  record Row(RoomGoalKey goal, String viewerId, long joinedAtCount) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT IGNORE INTO task_contributor
          (merchant_id, room_id, task_id, task_window, viewer_id, joined_at_count)
        VALUES\
        """,
        6,
        "",
        rows.stream().sorted(ORDER).toList(),
        (statement, index, row) -> {
          int next = RoomGoalSlice.bind(statement, index, row.goal);
          statement.setString(next, row.viewerId);
          statement.setLong(next + 1, row.joinedAtCount);
          return next + 2;
        });
  }
}
