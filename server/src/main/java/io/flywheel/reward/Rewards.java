package io.flywheel.reward;

import io.flywheel.engine.Turn;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Event;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.PriceRefunded;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardWithheld;
import io.flywheel.v1.WithheldReason;
import java.util.List;

/** How a feature gives, charges and refunds. Not to be instantiated. */
public final class Rewards {
  private Rewards() {}

  /**
   * Gives the turn's viewer a reward, multiplied by the boosters that hold, as far as the program's
   * budgets allow it; else it is told that it is withheld. Whoever keeps its kind books it.
   *
   * @param cause names the order that began the chain, if one did: see {@link #orderOf}
   */
  public static void give(Turn turn, Reward reward, Cause cause) {
    BudgetSource source = sourceOf(cause);
    Boosters.Boosted boosted = Boosters.of(turn).boost(turn, source, List.of(reward));
    Budgets.Cost cost = Budgets.Cost.of(boosted.rewards());
    if (Budgets.of(turn).take(turn, source, cost, 1) == 1) {
      giveBudgeted(turn, boosted.rewards().getFirst(), boosted.because(reward, cause));
    } else {
      withhold(turn, cause, 1);
    }
  }

  /** Tells that something is not given, because a budget is used up. */
  public static void withhold(Turn turn, Cause cause, long times) {
    turn.emit(
        RewardWithheld.newBuilder()
            .setCause(cause)
            .setTimes(times)
            .setReason(WithheldReason.WITHHELD_REASON_BUDGET)
            .build());
  }

  /**
   * Gives the turn's viewer a reward that was taken from the program's budgets before, as it is: no
   * booster multiplies it.
   */
  public static void giveBudgeted(Turn turn, Reward reward, Cause cause) {
    turn.emit(RewardGiven.newBuilder().setReward(reward).setCause(cause).build());
  }

  /**
   * Charges the turn's viewer; whoever keeps what is paid takes it later in the turn, or refuses
   * the whole action.
   *
   * @param cause unique among the viewer's charges, such as a redemption with its id
   */
  public static void charge(Turn turn, Price price, Cause cause) {
    turn.emit(PriceCharged.newBuilder().setPrice(price).setCause(cause).build());
  }

  /**
   * Gives back what the turn's viewer paid.
   *
   * @param part of the price; with what was given back before at most all of it
   * @param cause the charge's
   */
  public static void refund(Turn turn, Price part, Cause cause) {
    turn.emit(PriceRefunded.newBuilder().setPart(part).setCause(cause).build());
  }

  private static BudgetSource sourceOf(Cause cause) {
    return switch (cause.getWhatCase()) {
      case CHECK_IN -> BudgetSource.BUDGET_SOURCE_CHECK_IN;
      case TASK -> BudgetSource.BUDGET_SOURCE_TASK;
      case REDEMPTION -> BudgetSource.BUDGET_SOURCE_MALL;
      case DRAW -> BudgetSource.BUDGET_SOURCE_DRAW;
      case LEVEL, SEASON -> BudgetSource.BUDGET_SOURCE_LEVEL;
      case BOARD -> BudgetSource.BUDGET_SOURCE_LEADERBOARD;
      default -> BudgetSource.BUDGET_SOURCE_OTHER;
    };
  }

  /**
   * The order that began the turn's chain; empty: no order did. What is left to be done or claimed
   * later keeps it, and names it then.
   */
  public static String orderOf(Turn turn) {
    return turn.action().body() instanceof Event event ? event.getOrdered().getOrderId() : "";
  }
}
