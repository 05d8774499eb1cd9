package io.flywheel.task;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.program.CompiledProgram;
import io.flywheel.reward.Amounts;
import io.flywheel.reward.Fund;
import io.flywheel.reward.Funds;
import io.flywheel.v1.Budget;
import io.flywheel.v1.Reward;
import java.time.Instant;
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

  /** An action is likely to take rewards. */
  void prefetch(Prefetch wanted, CompiledTask task, List<Reward> rewards) {
    CompiledProgram program = wanted.program();
    if (program != null && task.task().hasBudget() && !rewards.isEmpty()) {
      String merchantId = wanted.action().viewer().merchantId();
      funds.prefetch(
          wanted, ask(key(merchantId, program, wanted.action().at(), task), task, rewards));
    }
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
    return ask(key(turn, task), task, rewards);
  }

  private static Funds.Ask ask(Fund.Key key, CompiledTask task, List<Reward> rewards) {
    return new Funds.Ask(key, caps(task), new Amounts(pointsOf(rewards), 1, 0));
  }

  private static Amounts caps(CompiledTask task) {
    Budget budget = task.task().getBudget();
    return new Amounts(budget.getPoints(), budget.getTiers(), 0);
  }

  private static Fund.Key key(StateView view, CompiledTask task) {
    return key(view.viewer().merchantId(), view.program(), view.at(), task);
  }

  private static Fund.Key key(
      String merchantId, CompiledProgram program, Instant at, CompiledTask task) {
    return Fund.Key.ofAll(
        merchantId,
        task.id(),
        CountingWindow.stretchName(program.calendar(), task.task().getBudget().getPer(), at));
  }
}
