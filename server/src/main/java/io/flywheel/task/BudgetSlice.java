package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import io.flywheel.reward.Amounts;
import io.flywheel.reward.Fund;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What tasks with a budget have given to all viewers together; what their shares have given is in
 * {@link TaskShareSlice}. Thread-safe.
 */
final class BudgetSlice extends SharedSlice<Fund.Key, Fund> {
  private static final int RANK = 300;

  @Inject
  BudgetSlice() {
    super(
        RANK,
        "task_budget",
        List.of("merchant_id", "task_id", "task_window"),
        List.of(
            "points",
            "tiers",
            "lent_points",
            "lent_tiers",
            "spare_points",
            "spare_tiers",
            "largest_permille",
            "program_version"));
  }

  @Override
  public Fund initial(Fund.Key key) {
    return Fund.UNTOUCHED;
  }

  @Override
  protected void bindKey(Values values, Fund.Key key) {
    values.text(key.merchantId());
    values.text(key.id());
    values.text(key.window());
  }

  @Override
  protected void bindState(Values values, Fund fund) {
    bind(values, fund.given());
    bind(values, fund.lent());
    bind(values, fund.spare());
    values.number(fund.largestPermille());
    values.number(fund.programVersion());
  }

  @Override
  protected Fund.Key readKey(ResultSet row) throws SQLException {
    return Fund.Key.ofAll(
        row.getString("merchant_id"), row.getString("task_id"), row.getString("task_window"));
  }

  @Override
  protected Fund readState(ResultSet row, int first) throws SQLException {
    return new Fund(
        amounts(row, first),
        amounts(row, first + 2),
        amounts(row, first + 4),
        row.getLong(first + 6),
        0,
        0,
        row.getLong(first + 7));
  }

  private static void bind(Values values, Amounts amounts) {
    values.number(amounts.points());
    values.number(amounts.pieces());
  }

  private static Amounts amounts(ResultSet row, int first) throws SQLException {
    return new Amounts(row.getLong(first), row.getLong(first + 1), 0);
  }
}
