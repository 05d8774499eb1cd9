package io.flywheel.reward;

import com.google.common.collect.ImmutableList;
import com.google.common.math.LongMath;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.BudgetReached;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.CampaignBudget;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Reward;
import io.flywheel.v1.WindowKind;
import java.util.List;

/**
 * A program's budgets, which whoever gives something asks first: what is given and what it leaves
 * of the budgets become real in one transaction. Immutable and thread-safe.
 */
public final class Budgets {
  private static final long NEARLY = 80;
  private static final long ALL = 100;

  private final ImmutableList<CampaignBudget> all;
  private final BudgetSpentSlice spent;

  Budgets(List<CampaignBudget> all, BudgetSpentSlice spent) {
    this.all = ImmutableList.copyOf(all);
    this.spent = spent;
  }

  /** Those of the program in force. */
  public static Budgets of(StateView view) {
    return view.program().get(BudgetSection.class);
  }

  /**
   * What is given takes of budgets.
   *
   * @param valueMinor in the currency's minor unit
   */
  public record Cost(long points, long coupons, long valueMinor) {
    /** Of rewards: points, coupons, and what the coupons are worth. */
    public static Cost of(List<Reward> rewards) {
      long points = 0;
      long coupons = 0;
      long value = 0;
      for (Reward reward : rewards) {
        points = LongMath.saturatedAdd(points, reward.getPoints().getAmount());
        coupons += reward.hasCoupon() ? 1 : 0;
        value += reward.getCoupon().getValueMinor();
      }
      return new Cost(points, coupons, value);
    }

    /** Of a prize whose worth was published: what its coupons are worth is in it. */
    public static Cost ofPrize(List<Reward> rewards, long valueMinor) {
      Cost cost = of(rewards);
      return new Cost(cost.points, cost.coupons, Math.max(cost.valueMinor, valueMinor));
    }

    Cost times(long times) {
      return new Cost(
          LongMath.saturatedMultiply(points, times),
          LongMath.saturatedMultiply(coupons, times),
          LongMath.saturatedMultiply(valueMinor, times));
    }
  }

  /** Whether any budget speaks of a source. */
  public boolean speaksOf(BudgetSource source) {
    return all.stream().anyMatch(budget -> isOf(budget, source));
  }

  /** How many times a cost could be paid, by what was committed a moment ago. */
  public long seemsAffordable(StateView view, BudgetSource source, Cost cost, long times) {
    long granted = times;
    for (CampaignBudget budget : all) {
      if (isOf(budget, source)) {
        granted = Math.min(granted, left(budget, view.peek(spent, keyOf(view, budget)), cost));
      }
    }
    return granted;
  }

  /** How many times a cost can be paid; what is left stays as it is until the turn ends. */
  public long affordable(Turn turn, BudgetSource source, Cost cost, long times) {
    long granted = times;
    for (CampaignBudget budget : all) {
      if (isOf(budget, source) && touches(budget, cost)) {
        granted = Math.min(granted, left(budget, turn.get(spent, keyOf(turn, budget)), cost));
      }
    }
    return granted;
  }

  /**
   * Takes a cost so many times as all budgets allow; the rest is withheld.
   *
   * @return how many times
   */
  public long take(Turn turn, BudgetSource source, Cost cost, long times) {
    long granted = affordable(turn, source, cost, times);
    for (CampaignBudget budget : all) {
      if (isOf(budget, source) && touches(budget, cost)) {
        BudgetSpentSlice.Key key = keyOf(turn, budget);
        BudgetSpentSlice.Spent before = turn.get(spent, key);
        BudgetSpentSlice.Spent after = before.plus(cost.times(granted));
        boolean isShort = left(budget, before, cost) < times;
        if (isShort) {
          after = after.withheld(times - granted);
        }
        long percent = isShort ? ALL : percentOf(budget, after);
        if (percent > before.toldPercent()) {
          after = after.told(percent);
          turn.emit(
              BudgetReached.newBuilder()
                  .setBudgetId(budget.getId())
                  .setWindow(key.window())
                  .setViewerId(key.viewerId())
                  .setPercent((int) percent)
                  .build());
        }
        turn.set(spent, key, after);
      }
    }
    return granted;
  }

  /**
   * Takes a cost, or refuses the whole action.
   *
   * @throws ServiceException BUDGET_EXHAUSTED
   */
  public void require(Turn turn, BudgetSource source, Cost cost, String what) {
    if (affordable(turn, source, cost, 1) < 1) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_BUDGET_EXHAUSTED,
          what + " (expected: something that the program's budgets still allow)");
    }
    long unused = take(turn, source, cost, 1);
  }

  /** The budgets, in the program's order. */
  ImmutableList<CampaignBudget> all() {
    return all;
  }

  /** The stretch of time that a budget counts in now, by name. */
  static String window(StateView view, CampaignBudget budget) {
    ProgramCalendar.Day day = view.program().calendar().day(view.at());
    return budget.getPer() == WindowKind.WINDOW_KIND_DAY
        ? day.name()
        : budget.getPer() == WindowKind.WINDOW_KIND_WEEK ? day.week() : "once";
  }

  private static BudgetSpentSlice.Key keyOf(StateView view, CampaignBudget budget) {
    return new BudgetSpentSlice.Key(
        view.viewer().merchantId(),
        budget.getId(),
        window(view, budget),
        budget.getEachViewer() ? view.viewer().viewerId() : "");
  }

  private static boolean isOf(CampaignBudget budget, BudgetSource source) {
    return budget.getSourcesCount() == 0 || budget.getSourcesList().contains(source);
  }

  /** Whether a cost takes anything that a budget caps. */
  private static boolean touches(CampaignBudget budget, Cost cost) {
    return (budget.getPoints() > 0 && cost.points > 0)
        || (budget.getCoupons() > 0 && cost.coupons > 0)
        || (budget.getValueMinor() > 0 && cost.valueMinor > 0);
  }

  private static long left(CampaignBudget budget, BudgetSpentSlice.Spent spent, Cost cost) {
    return Math.min(
        left(budget.getPoints(), spent.points(), cost.points),
        Math.min(
            left(budget.getCoupons(), spent.coupons(), cost.coupons),
            left(budget.getValueMinor(), spent.valueMinor(), cost.valueMinor)));
  }

  private static long left(long cap, long spent, long each) {
    return cap == 0 || each == 0 ? Long.MAX_VALUE : Math.max(0, cap - spent) / each;
  }

  /** Which notice is due by what was given: of several caps, the one that is nearest its end. */
  private static long percentOf(CampaignBudget budget, BudgetSpentSlice.Spent spent) {
    long percent =
        Math.max(
            percent(budget.getPoints(), spent.points()),
            Math.max(
                percent(budget.getCoupons(), spent.coupons()),
                percent(budget.getValueMinor(), spent.valueMinor())));
    return percent >= ALL ? ALL : percent >= NEARLY ? NEARLY : 0;
  }

  private static long percent(long cap, long spent) {
    return cap == 0 ? 0 : LongMath.saturatedMultiply(spent, ALL) / cap;
  }
}
