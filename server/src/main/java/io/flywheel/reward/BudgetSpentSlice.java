package io.flywheel.reward;

import com.google.inject.Inject;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What was given of the program's budgets; what their shares have given is in {@link
 * BudgetShareSlice}. Thread-safe.
 */
final class BudgetSpentSlice extends SharedSlice<Fund.Key, Fund> {
  /** After all that earns, for it is the last question before something is given. */
  private static final int RANK = 900;

  @Inject
  BudgetSpentSlice() {
    super(
        RANK,
        "budget_spent",
        List.of("merchant_id", "budget_id", "budget_window", "viewer_id"),
        List.of(
            "points",
            "coupons",
            "value_minor",
            "lent_points",
            "lent_coupons",
            "lent_value_minor",
            "spare_points",
            "spare_coupons",
            "spare_value_minor",
            "largest_permille",
            "withheld",
            "told_percent",
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
    values.text(key.viewerId());
  }

  @Override
  protected void bindState(Values values, Fund fund) {
    bind(values, fund.given());
    bind(values, fund.lent());
    bind(values, fund.spare());
    values.number(fund.largestPermille());
    values.number(fund.withheld());
    values.number(fund.toldPercent());
    values.number(fund.programVersion());
  }

  @Override
  protected Fund.Key readKey(ResultSet row) throws SQLException {
    return new Fund.Key(
        row.getString("merchant_id"),
        row.getString("budget_id"),
        row.getString("budget_window"),
        row.getString("viewer_id"));
  }

  @Override
  protected Fund readState(ResultSet row, int first) throws SQLException {
    return new Fund(
        amounts(row, first),
        amounts(row, first + 3),
        amounts(row, first + 6),
        row.getLong(first + 9),
        row.getLong(first + 10),
        row.getLong(first + 11),
        row.getLong(first + 12));
  }

  private static void bind(Values values, Amounts amounts) {
    values.number(amounts.points());
    values.number(amounts.pieces());
    values.number(amounts.valueMinor());
  }

  private static Amounts amounts(ResultSet row, int first) throws SQLException {
    return new Amounts(row.getLong(first), row.getLong(first + 1), row.getLong(first + 2));
  }
}
