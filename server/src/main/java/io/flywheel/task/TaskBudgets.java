package io.flywheel.task;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.reward.Amounts;
import io.flywheel.reward.Fund;
import io.flywheel.reward.Funds;
import io.flywheel.v1.Budget;
import io.flywheel.v1.Reward;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tasks may give to all viewers together. Thread-safe. */
final class TaskBudgets {
  private final Funds funds;

  @Inject
  TaskBudgets(BudgetSlice spent, TaskShareSlice shares) {
    this.funds = new Funds(spent, shares, false);
  }

  /**
   * How many times rewards can be given, by the task's own budget; so much stays there until the
   * turn ends.
   *
   * @param task null: the program has it no more, and nothing bounds it
   */
  long affordable(Turn turn, @Nullable CompiledTask task, List<Reward> rewards, long times) {
    return task == null || !task.task().hasBudget() || rewards.isEmpty()
        ? times
        : funds.affordable(turn, ask(turn, task, rewards), times);
  }

  /** Takes rewards so many times as the task's own budget allows, and returns how many. */
  long take(Turn turn, @Nullable CompiledTask task, List<Reward> rewards, long times) {
    if (task == null || !task.task().hasBudget() || rewards.isEmpty()) {
      return times;
    }
    Funds.Ask ask = ask(turn, task, rewards);
    long granted = funds.affordable(turn, ask, times);
    long unused = funds.take(turn, ask, granted, times);
    return granted;
  }

  /** Whether a task's budget is not used up. */
  boolean isLeft(StateView view, CompiledTask task) {
    return !funds.isUsedUp(view, key(view, task), caps(task));
  }

  static long pointsOf(List<Reward> rewards) {
    long points = 0;
    for (Reward reward : rewards) {
      points = LongMath.saturatedAdd(points, reward.getPoints().getAmount());
    }
    return points;
  }

  private static Funds.Ask ask(Turn turn, CompiledTask task, List<Reward> rewards) {
    return new Funds.Ask(key(turn, task), caps(task), new Amounts(pointsOf(rewards), 1, 0));
  }

  private static Amounts caps(CompiledTask task) {
    Budget budget = task.task().getBudget();
    return new Amounts(budget.getPoints(), budget.getTiers(), 0);
  }

  private static Fund.Key key(StateView view, CompiledTask task) {
    return Fund.Key.ofAll(
        view.viewer().merchantId(),
        task.id(),
        CountingWindow.stretchName(
            view.program().calendar(), task.task().getBudget().getPer(), view.at()));
  }
}
