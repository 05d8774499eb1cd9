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
   * A viewer's first contribution, as far as is known.
   *
   * @param joinedMillis when it happened
   */
  record Row(RoomGoalKey goal, String viewerId, long joinedMillis) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO task_contributor
          (merchant_id, room_id, task_id, task_window, viewer_id, joined_at_count, joined_ms)
        VALUES\
        """,
        7,
        "ON DUPLICATE KEY UPDATE joined_ms = LEAST(joined_ms, VALUES(joined_ms))",
        rows.stream().sorted(ORDER).toList(),
        (values, row) -> {
          RoomGoalSlice.bind(values, row.goal);
          values.text(row.viewerId);
          values.number(0);
          values.number(row.joinedMillis);
        });
  }
}
