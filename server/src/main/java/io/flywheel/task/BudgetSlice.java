package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** What tasks with a budget have given to all viewers together. Thread-safe. */
final class BudgetSlice extends SharedSlice<BudgetSlice.Key, BudgetSlice.Spent> {
  private static final int RANK = 300;
  private static final Spent NOTHING = new Spent(0, 0);

  @Inject
  BudgetSlice() {
    super(
        RANK,
        "task_budget",
        List.of("merchant_id", "task_id", "task_window"),
        List.of("points", "tiers"));
  }

  /**
   * A task in one stretch of its budget.
   *
   * @param window as in {@link io.flywheel.v1.TaskCause}
   */
  record Key(String merchantId, String taskId, String window) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId).thenComparing(Key::taskId).thenComparing(Key::window);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** How much was given. */
  record Spent(long points, long tiers) {}

  @Override
  public Spent initial(Key key) {
    return NOTHING;
  }

  @Override
  protected void bindKey(Values values, Key key) {
    values.text(key.merchantId);
    values.text(key.taskId);
    values.text(key.window);
  }

  @Override
  protected void bindState(Values values, Spent spent) {
    values.number(spent.points);
    values.number(spent.tiers);
  }

  @Override
  protected Key readKey(ResultSet row) throws SQLException {
    return new Key(
        row.getString("merchant_id"), row.getString("task_id"), row.getString("task_window"));
  }

  @Override
  protected Spent readState(ResultSet row) throws SQLException {
    return new Spent(row.getLong("points"), row.getLong("tiers"));
  }
}
