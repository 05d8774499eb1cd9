package io.flywheel.audience.reminder;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts how many reminders were sent on a day, and what became of them. Thread-safe. */
final class ReminderCountAppender implements Appender<ReminderCountAppender.Row> {
  @Inject
  ReminderCountAppender() {}

  /** What became of a reminder; each counts once. */
  enum Step {
    SENT,
    CAME_BACK,
    HELD_BACK
  }

  /**
   * A step of a reminder.
   *
   * @param day on which it was sent or held back, whenever the viewer came back, counted from 1970
   */
  record Row(String merchantId, String ruleId, long day, Step step) {}

  private record Cell(String merchantId, String ruleId, long day) implements Comparable<Cell> {
    private static final Comparator<Cell> ORDER =
        Comparator.comparing(Cell::merchantId)
            .thenComparing(Cell::ruleId)
            .thenComparingLong(Cell::day);

    @Override
    public int compareTo(Cell other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class Sums {
    private long sent;
    private long cameBack;
    private long heldBack;

    void add(Step step) {
      switch (step) {
        case SENT -> sent++;
        case CAME_BACK -> cameBack++;
        case HELD_BACK -> heldBack++;
      }
    }
  }

  @Override
  public void append(Script script, List<Row> rows) {
    SortedMap<Cell, Sums> cells = new TreeMap<>();
    for (Row row : rows) {
      cells
          .computeIfAbsent(new Cell(row.merchantId, row.ruleId, row.day), unused -> new Sums())
          .add(row.step);
    }
    int shard = script.shard();
    script.write(
        """
        INSERT INTO reminder_day (merchant_id, rule_id, day, shard, sent, came_back, held_back)
        VALUES\
        """,
        7,
        """
        ON DUPLICATE KEY UPDATE sent = sent + VALUES(sent),
          came_back = came_back + VALUES(came_back), held_back = held_back + VALUES(held_back)\
        """,
        cells.entrySet(),
        (values, cell) -> {
          values.text(cell.getKey().merchantId);
          values.text(cell.getKey().ruleId);
          values.number(cell.getKey().day);
          values.number(shard);
          values.number(cell.getValue().sent);
          values.number(cell.getValue().cameBack);
          values.number(cell.getValue().heldBack);
        });
  }
}
