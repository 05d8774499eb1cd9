package io.flywheel.task;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Turn;
import io.flywheel.reward.Boosters;
import io.flywheel.reward.Budgets;
import io.flywheel.reward.RewardKinds;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardWithheld;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.TierReached;
import io.flywheel.v1.WithheldReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives what tiers earn, within the viewer's cap and the task's budget, or keeps it to be claimed.
 * Thread-safe.
 */
final class Payment {
  private static final int MAX_CAP_RECORDS = 16;

  /** Beyond it, what is owed for earlier rounds becomes one with what is owed for later ones. */
  private static final int MAX_OWED = 100;

  private final TaskBudgets budgets;
  private final RewardKinds kinds;
  private final TotalsAppender totals;

  @Inject
  Payment(TaskBudgets budgets, RewardKinds kinds, TotalsAppender totals) {
    this.totals = totals;
    this.budgets = budgets;
    this.kinds = kinds;
  }

  /** A tier was reached, by as many rounds at once as {@code times} says. */
  void reach(
      Turn turn,
      CompiledTask task,
      int tier,
      long times,
      TaskRecord.Builder record,
      WindowRecord.Builder counted) {
    List<Reward> rewards = task.rewards(tier);
    TaskCause cause =
        cause(record.getTaskId(), tier, counted).toBuilder()
            .setThreshold(task.threshold(tier))
            .build();
    long allowed = rewards.isEmpty() ? times : useCap(turn, task, times, record);
    boolean toClaim = task.isPaidOnClaim() && !rewards.isEmpty() && allowed > 0;
    turn.emit(TierReached.newBuilder().setTier(cause).setToClaim(toClaim).setTimes(times).build());
    if (rewards.isEmpty()) {
      return;
    }
    withhold(turn, cause, times - allowed, WithheldReason.WITHHELD_REASON_CAP);
    note(turn, cause, times, 0, 0, times - allowed, 0);
    if (toClaim) {
      counted.addOwed(
          OwedRecord.newBuilder()
              .setTier(tier)
              .setThreshold(task.threshold(tier))
              .setRound(counted.getRound())
              .setTimes(allowed)
              .setOrderId(Rewards.orderOf(turn))
              .addAllRewards(rewards));
      joinOldest(counted);
    } else {
      pay(turn, task, rewards, cause, Rewards.orderOf(turn), allowed);
    }
  }

  /** Makes the oldest two that differ in their rounds alone one, where there are many. */
  private static void joinOldest(WindowRecord.Builder counted) {
    for (int i = 0; counted.getOwedCount() > MAX_OWED && i < counted.getOwedCount(); i++) {
      OwedRecord first = counted.getOwed(i);
      for (int j = i + 1; j < counted.getOwedCount(); j++) {
        OwedRecord second = counted.getOwed(j);
        OwedRecord joined =
            second.toBuilder()
                .setTimes(LongMath.saturatedAdd(first.getTimes(), second.getTimes()))
                .build();
        if (joined.equals(
            first.toBuilder().setRound(second.getRound()).setTimes(joined.getTimes()).build())) {
          counted.setOwed(j, joined).removeOwed(i);
          return;
        }
      }
    }
  }

  /** An action will pay a tier, if it is owed. */
  void prefetch(Prefetch wanted, @Nullable CompiledTask task, int tier) {
    if (task != null && tier >= 0 && tier < task.tierCount()) {
      budgets.prefetch(wanted, task, task.rewards(tier));
    }
  }

  /** What one action may pay of what is owed. */
  Payout payout(Turn turn) {
    return new Payout(turn, kinds);
  }

  /**
   * Gives rewards, multiplied by the boosters that hold, as far as the budget reaches.
   *
   * @param task the task, whose budget it is; null: the program has it no more
   * @param orderId the order that earned them; empty: none did
   */
  void pay(
      Turn turn,
      @Nullable CompiledTask task,
      List<Reward> rewards,
      TaskCause cause,
      String orderId,
      long times) {
    Boosters.Boosted boosted =
        Boosters.of(turn).boost(turn, BudgetSource.BUDGET_SOURCE_TASK, rewards);
    List<Reward> earned = boosted.rewards();
    Budgets.Cost cost = Budgets.Cost.of(earned);
    long ofTask = budgets.affordable(turn, task, earned, times);
    long allowed = Budgets.of(turn).take(turn, BudgetSource.BUDGET_SOURCE_TASK, cost, ofTask);
    long granted = budgets.take(turn, task, earned, allowed);
    withhold(turn, cause, times - granted, WithheldReason.WITHHELD_REASON_BUDGET);
    long points = LongMath.saturatedMultiply(granted, TaskBudgets.pointsOf(earned));
    note(turn, cause, 0, granted, points, 0, times - granted);
    Cause given = Cause.newBuilder().setTask(cause).setOrderId(orderId).build();
    for (Reward reward : earned) {
      for (Reward each : kinds.times(reward, granted)) {
        Rewards.giveBudgeted(turn, each, boosted.because(each, given));
      }
    }
  }

  /** How many times rewards could be given now; nothing is used up. */
  long affordable(Turn turn, @Nullable CompiledTask task, List<Reward> rewards, long times) {
    List<Reward> earned =
        Boosters.of(turn).boost(turn, BudgetSource.BUDGET_SOURCE_TASK, rewards).rewards();
    return Budgets.of(turn)
        .affordable(
            turn,
            BudgetSource.BUDGET_SOURCE_TASK,
            Budgets.Cost.of(earned),
            budgets.affordable(turn, task, earned, times));
  }

  static TaskCause cause(String taskId, int tier, WindowRecordOrBuilder counted) {
    return TaskCause.newBuilder()
        .setTaskId(taskId)
        .setTier(tier)
        .setWindow(counted.getWindow())
        .setRound(counted.getRound())
        .build();
  }

  /** Adds to what the task came to on the day. */
  private void note(
      Turn turn,
      TaskCause cause,
      long reached,
      long given,
      long points,
      long withheldByCap,
      long withheldByBudget) {
    TotalsAppender.Key key =
        new TotalsAppender.Key(
            turn.viewer().merchantId(),
            turn.program().calendar().dayOf(turn.at()).toEpochDay(),
            cause.getTaskId());
    turn.append(
        totals,
        new TotalsAppender.Row(key, reached, given, points, withheldByCap, withheldByBudget));
  }

  private static void withhold(Turn turn, TaskCause cause, long times, WithheldReason reason) {
    if (times > 0) {
      turn.emit(
          RewardWithheld.newBuilder()
              .setCause(Cause.newBuilder().setTask(cause))
              .setTimes(times)
              .setReason(reason)
              .build());
    }
  }

  /** How many of so many tiers the viewer's cap allows; they are used up. */
  private static long useCap(Turn turn, CompiledTask task, long times, TaskRecord.Builder record) {
    if (!task.task().hasCap()) {
      return times;
    }
    String stretch =
        CountingWindow.stretchName(
            turn.program().calendar(), task.task().getCap().getPer(), turn.at());
    int index = 0;
    while (index < record.getCapsCount() && !record.getCaps(index).getWindow().equals(stretch)) {
      index++;
    }
    boolean known = index < record.getCapsCount();
    long used = known ? record.getCaps(index).getTiers() : 0;
    long allowed = Math.min(times, Math.max(0, task.task().getCap().getTiers() - used));
    CapRecord after = CapRecord.newBuilder().setWindow(stretch).setTiers(used + allowed).build();
    if (known) {
      record.setCaps(index, after);
    } else {
      record.addCaps(after);
    }
    if (record.getCapsCount() > MAX_CAP_RECORDS) {
      record.removeCaps(0);
    }
    return allowed;
  }
}
