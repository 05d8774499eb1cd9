package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts on which days those who first came on a day were active. Thread-safe. */
final class RetentionAppender implements Appender<RetentionAppender.Row> {
  @Inject
  RetentionAppender() {}

  /**
   * A viewer in a cell.
   *
   * @param change 1, or -1 for one who turns out to have come first on an earlier day
   */
  record Row(String merchantId, long firstDay, long activeDay, int change) {}

  private record Cell(String merchantId, long firstDay, long activeDay)
      implements Comparable<Cell> {
    private static final Comparator<Cell> ORDER =
        Comparator.comparing(Cell::merchantId)
            .thenComparingLong(Cell::firstDay)
            .thenComparingLong(Cell::activeDay);

    @Override
    public int compareTo(Cell other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  public void append(Script script, List<Row> rows) {
    SortedMap<Cell, Integer> cells = new TreeMap<>();
    for (Row row : rows) {
      cells.merge(new Cell(row.merchantId, row.firstDay, row.activeDay), row.change, Integer::sum);
    }
    int shard = script.shard();
    script.write(
        "INSERT INTO retention_day (merchant_id, first_day, active_day, shard, viewers) VALUES",
        5,
        "ON DUPLICATE KEY UPDATE viewers = viewers + VALUES(viewers)",
        cells.entrySet(),
        (values, cell) -> {
          values.text(cell.getKey().merchantId);
          values.number(cell.getKey().firstDay);
          values.number(cell.getKey().activeDay);
          values.number(shard);
          values.number(cell.getValue());
        });
  }
}
