package io.flywheel.task;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds up what tasks give and withhold. Thread-safe. */
final class TotalsAppender implements Appender<TotalsAppender.Row> {
  @Inject
  TotalsAppender() {}

  /** The day of a task. */
  record Key(String merchantId, long epochDay, String taskId) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparingLong(Key::epochDay)
            .thenComparing(Key::taskId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What happened to the rewards of a tier.
   *
   * @param reached how many times the tier was reached
   * @param given how many times the rewards were given
   * @param points how many points that were
   * @param withheldByCap how many times the viewer's cap kept them back
   * @param withheldByBudget how many times the task's budget kept them back
   */
  record Row(
      Key key, long reached, long given, long points, long withheldByCap, long withheldByBudget) {
    private Row plus(Row other) {
      return new Row(
          key,
          LongMath.saturatedAdd(reached, other.reached),
          LongMath.saturatedAdd(given, other.given),
          LongMath.saturatedAdd(points, other.points),
          LongMath.saturatedAdd(withheldByCap, other.withheldByCap),
          LongMath.saturatedAdd(withheldByBudget, other.withheldByBudget));
    }
  }

  @Override
  public void append(Script script, List<Row> rows) {
    SortedMap<Key, Row> sums = new TreeMap<>();
    rows.forEach(row -> sums.merge(row.key, row, Row::plus));
    script.write(
        """
        INSERT INTO task_total
          (merchant_id, epoch_day, task_id, shard, reached, given, points, withheld_by_cap,
           withheld_by_budget)
        VALUES\
        """,
        9,
        """
        ON DUPLICATE KEY UPDATE
          reached = reached + LEAST(VALUES(reached), 9223372036854775807 - reached),
          given = given + LEAST(VALUES(given), 9223372036854775807 - given),
          points = points + LEAST(VALUES(points), 9223372036854775807 - points),
          withheld_by_cap = withheld_by_cap + LEAST(VALUES(withheld_by_cap), 9223372036854775807 - withheld_by_cap),
          withheld_by_budget = withheld_by_budget + LEAST(VALUES(withheld_by_budget), 9223372036854775807 - withheld_by_budget)\
        """,
        sums.values(),
        (values, row) -> {
          values.text(row.key.merchantId);
          values.number(row.key.epochDay);
          values.text(row.key.taskId);
          values.number(script.shard());
          values.number(row.reached);
          values.number(row.given);
          values.number(row.points);
          values.number(row.withheldByCap);
          values.number(row.withheldByBudget);
        });
  }
}
