package io.flywheel.reward;

import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The shares of budgets. Thread-safe. */
public abstract class ShareSlice extends SharedSlice<FundShare.Key, FundShare> {
  /**
   * A slice.
   *
   * @param rank lower than that of the budgets' own rows, which are locked after their shares
   */
  protected ShareSlice(int rank, String table) {
    super(
        rank,
        table,
        List.of("merchant_id", "budget_id", "budget_window", "share"),
        List.of(
            "points",
            "pieces",
            "value_minor",
            "until_points",
            "until_pieces",
            "until_value_minor",
            "withheld",
            "program_version"));
  }

  @Override
  public final FundShare initial(FundShare.Key key) {
    return FundShare.EMPTY;
  }

  @Override
  protected final void bindKey(Values values, FundShare.Key key) {
    values.text(key.merchantId());
    values.text(key.id());
    values.text(key.window());
    values.number(key.number());
  }

  @Override
  protected final void bindState(Values values, FundShare share) {
    bind(values, share.given());
    bind(values, share.until());
    values.number(share.withheld());
    values.number(share.programVersion());
  }

  @Override
  protected final FundShare.Key readKey(ResultSet row) throws SQLException {
    return new FundShare.Key(
        row.getString("merchant_id"),
        row.getString("budget_id"),
        row.getString("budget_window"),
        row.getInt("share"));
  }

  @Override
  protected final FundShare readState(ResultSet row, int first) throws SQLException {
    return new FundShare(
        new Amounts(row.getLong(first), row.getLong(first + 1), row.getLong(first + 2)),
        new Amounts(row.getLong(first + 3), row.getLong(first + 4), row.getLong(first + 5)),
        row.getLong(first + 6),
        row.getLong(first + 7));
  }

  private static void bind(Values values, Amounts amounts) {
    values.number(amounts.points());
    values.number(amounts.pieces());
    values.number(amounts.valueMinor());
  }
}
