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
import java.util.ArrayList;
import java.util.List;

/**
 * A program's budgets, which whoever gives something asks first: what is given and what it leaves
 * of the budgets become real in one transaction. Immutable and thread-safe.
 */
public final class Budgets {
  private final ImmutableList<CampaignBudget> all;
  private final Funds funds;

  Budgets(List<CampaignBudget> all, Funds funds) {
    this.all = ImmutableList.copyOf(all);
    this.funds = funds;
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
  }

  /** Whether any budget speaks of a source. */
  public boolean speaksOf(BudgetSource source) {
    return all.stream().anyMatch(budget -> isOf(budget, source));
  }

  /**
   * How many times a cost could be paid, by what was committed a moment ago. While shares of a
   * budget have something left (see {@link Funds}), it may seem more than it is.
   */
  public long seemsAffordable(StateView view, BudgetSource source, Cost cost, long times) {
    long granted = times;
    for (CampaignBudget budget : all) {
      if (isOf(budget, source)) {
        granted = Math.min(granted, funds.seemsAffordable(view, ask(view, budget, cost)));
      }
    }
    return granted;
  }

  /** How many times a cost can be paid; what is left stays as it is until the turn ends. */
  public long affordable(Turn turn, BudgetSource source, Cost cost, long times) {
    long granted = times;
    for (Funds.Ask ask : asks(turn, source, cost)) {
      granted = Math.min(granted, funds.affordable(turn, ask, times));
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
    for (Funds.Ask ask : asks(turn, source, cost)) {
      long percent = funds.take(turn, ask, granted, times);
      if (percent > 0) {
        turn.emit(
            BudgetReached.newBuilder()
                .setBudgetId(ask.key().id())
                .setWindow(ask.key().window())
                .setViewerId(ask.key().viewerId())
                .setPercent((int) percent)
                .build());
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

  /** What was given of a budget in the stretch of time that counts now. */
  Funds.Total total(StateView view, CampaignBudget budget) {
    return funds.total(view, keyOf(view, budget));
  }

  /** What a cost asks of the budgets that it touches. */
  private List<Funds.Ask> asks(Turn turn, BudgetSource source, Cost cost) {
    List<Funds.Ask> asks = new ArrayList<>(all.size());
    for (CampaignBudget budget : all) {
      if (isOf(budget, source)) {
        Funds.Ask ask = ask(turn, budget, cost);
        if (ask.touches()) {
          asks.add(ask);
        }
      }
    }
    return asks;
  }

  private static Funds.Ask ask(StateView view, CampaignBudget budget, Cost cost) {
    return new Funds.Ask(
        keyOf(view, budget),
        new Amounts(budget.getPoints(), budget.getCoupons(), budget.getValueMinor()),
        new Amounts(cost.points, cost.coupons, cost.valueMinor));
  }

  private static Fund.Key keyOf(StateView view, CampaignBudget budget) {
    return new Fund.Key(
        view.viewer().merchantId(),
        budget.getId(),
        window(view, budget),
        budget.getEachViewer() ? view.viewer().viewerId() : "");
  }

  private static boolean isOf(CampaignBudget budget, BudgetSource source) {
    return budget.getSourcesCount() == 0 || budget.getSourcesList().contains(source);
  }
}
