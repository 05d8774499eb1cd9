package io.flywheel.reward;

import com.google.inject.Inject;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** What was given of the program's budgets. Thread-safe. */
final class BudgetSpentSlice extends SharedSlice<BudgetSpentSlice.Key, BudgetSpentSlice.Spent> {
  static final Spent NOTHING = new Spent(0, 0, 0, 0, 0);

  /** After all that earns, for it is the last question before something is given. */
  private static final int RANK = 900;

  @Inject
  BudgetSpentSlice() {
    super(
        RANK,
        "budget_spent",
        List.of("merchant_id", "budget_id", "budget_window", "viewer_id"),
        List.of("points", "coupons", "value_minor", "withheld", "told_percent"));
  }

  /**
   * A budget in one stretch of time.
   *
   * @param window "once", a day or a week
   * @param viewerId whose it is, where each viewer has one; else empty
   */
  record Key(String merchantId, String budgetId, String window, String viewerId)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparing(Key::budgetId)
            .thenComparing(Key::window)
            .thenComparing(Key::viewerId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * How much was given.
   *
   * @param withheld how often something was not given
   * @param toldPercent the notice that was given last: 80 or 100; 0: none
   */
  record Spent(long points, long coupons, long valueMinor, long withheld, long toldPercent) {
    Spent plus(Budgets.Cost cost) {
      return new Spent(
          points + cost.points(),
          coupons + cost.coupons(),
          valueMinor + cost.valueMinor(),
          withheld,
          toldPercent);
    }

    Spent withheld(long more) {
      return new Spent(points, coupons, valueMinor, withheld + more, toldPercent);
    }

    Spent told(long percent) {
      return new Spent(points, coupons, valueMinor, withheld, percent);
    }
  }

  @Override
  public Spent initial(Key key) {
    return NOTHING;
  }

  @Override
  protected void bindKey(Values values, Key key) {
    values.text(key.merchantId);
    values.text(key.budgetId);
    values.text(key.window);
    values.text(key.viewerId);
  }

  @Override
  protected void bindState(Values values, Spent spent) {
    values.number(spent.points);
    values.number(spent.coupons);
    values.number(spent.valueMinor);
    values.number(spent.withheld);
    values.number(spent.toldPercent);
  }

  @Override
  protected Key readKey(ResultSet row) throws SQLException {
    return new Key(
        row.getString("merchant_id"),
        row.getString("budget_id"),
        row.getString("budget_window"),
        row.getString("viewer_id"));
  }

  @Override
  protected Spent readState(ResultSet row) throws SQLException {
    return new Spent(
        row.getLong("points"),
        row.getLong("coupons"),
        row.getLong("value_minor"),
        row.getLong("withheld"),
        row.getLong("told_percent"));
  }
}
