package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** What tasks with a budget have given to all viewers together. Thread-safe. */
final class BudgetSlice implements Slice<BudgetSlice.Key, BudgetSlice.Spent> {
  private static final Spent NOTHING = new Spent(0, 0);

  @Inject
  BudgetSlice() {}

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
  public void load(Script script, SortedSet<Key> keys, boolean lock, BiConsumer<Key, Spent> found) {
    for (Key key : keys) {
      if (!select(script.handle(), key, lock, found) && lock) {
        insert(script.handle(), key);
        select(script.handle(), key, true, found);
      }
    }
  }

  private static boolean select(
      Handle handle, Key key, boolean lock, BiConsumer<Key, Spent> found) {
    List<Spent> rows =
        handle
            .createQuery(
                """
                SELECT points, tiers FROM task_budget
                WHERE merchant_id = :merchant AND task_id = :task AND task_window = :window
                """
                    + (lock ? "FOR UPDATE" : ""))
            .bind("merchant", key.merchantId)
            .bind("task", key.taskId)
            .bind("window", key.window)
            .map((row, context) -> new Spent(row.getLong("points"), row.getLong("tiers")))
            .list();
    rows.forEach(spent -> found.accept(key, spent));
    return !rows.isEmpty();
  }

  private static void insert(Handle handle, Key key) {
    Script script = new Script(handle);
    script.write(
        "INSERT IGNORE INTO task_budget (merchant_id, task_id, task_window, points, tiers) VALUES",
        5,
        "",
        List.of(key),
        (statement, index, row) -> bind(statement, index, row, NOTHING));
    script.run();
  }

  @Override
  public void save(Script script, Map<Key, Spent> changed) {
    script.write(
        "INSERT INTO task_budget (merchant_id, task_id, task_window, points, tiers) VALUES",
        5,
        "ON DUPLICATE KEY UPDATE points = VALUES(points), tiers = VALUES(tiers)",
        changed.entrySet(),
        (statement, index, row) -> bind(statement, index, row.getKey(), row.getValue()));
  }

  private static int bind(PreparedStatement statement, int index, Key key, Spent spent)
      throws SQLException {
    statement.setString(index, key.merchantId);
    statement.setString(index + 1, key.taskId);
    statement.setString(index + 2, key.window);
    statement.setLong(index + 3, spent.points);
    statement.setLong(index + 4, spent.tiers);
    return index + 5;
  }
}
