package io.flywheel.task;

import static io.flywheel.program.Expectations.expected;

import com.google.common.math.LongMath;
import io.flywheel.engine.Turn;
import io.flywheel.program.Findings;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Task;
import io.flywheel.v1.Tier;
import io.flywheel.v1.Trigger;

/**
 * Whether one action could set off more facts than the engine takes. An action may complete many
 * rounds of a task that begins anew: where the task has one tier they are told as one, and what is
 * no amount, such as a coupon, is given once a round; else each round is told. Not thread-safe.
 */
final class FactBound {
  /** The most that one event or fact adds to a count of amounts, and to one of tiers and tasks. */
  private static final long MAX_AMOUNT = 1_000_000_000_000L;

  private static final long MAX_LIKES = 1_000;
  private static final long MAX_SECONDS = 86_400;

  /** That a reward is given, and that it is booked. */
  private static final long FACTS_OF_REWARD = 2;

  private final Program program;
  private final RewardKinds kinds;

  FactBound(Program program, RewardKinds kinds) {
    this.program = program;
    this.kinds = kinds;
  }

  /**
   * Reports the task that sets off most, where all of them together set off too much; and the first
   * task that counts what others set off, where it is the counting that is too much.
   */
  void check(Findings findings) {
    long paid = checkPaid(findings);
    long counted = LongMath.saturatedAdd(paid, countedFacts());
    if (paid <= Turn.MAX_FACTS && counted > Turn.MAX_FACTS) {
      int first = 0;
      while (countedBy(program.getTasks(first)) == 0) {
        first++;
      }
      findings.broken(
          "tasks[" + first + "].trigger",
          expected(
              "one action could set off %,d facts".formatted(counted),
              "at most %,d; fewer tasks that count points, rewards or tiers, or fewer rewards and tiers"
                  .formatted(Turn.MAX_FACTS)));
    }
  }

  /** What tasks tell that count what other tasks set off: once for each. */
  private long countedFacts() {
    long facts = 0;
    for (Task task : program.getTasksList()) {
      facts = LongMath.saturatedAdd(facts, countedBy(task));
    }
    return facts;
  }

  private long countedBy(Task counting) {
    long facts = 0;
    for (Task task : program.getTasksList()) {
      boolean isMeant = counting.getOfTask().isEmpty() || counting.getOfTask().equals(task.getId());
      facts =
          LongMath.saturatedAdd(
              facts,
              switch (counting.getTrigger()) {
                case TRIGGER_POINTS_EARNED -> rewardsOf(task, false);
                case TRIGGER_GRANT_ISSUED -> rewardsOf(task, true);
                case TRIGGER_TIER_REACHED -> isMeant ? tiersOf(task) : 0;
                case TRIGGER_TASK_COMPLETED -> isMeant ? 1 : 0;
                default -> 0;
              });
    }
    return facts;
  }

  /** How often a task's tiers are told at once. */
  private static long tiersOf(Task task) {
    return task.getTiersCount() > 1
        ? LongMath.saturatedMultiply(task.getTiersCount(), roundsAtOnce(task))
        : task.getTiersCount();
  }

  /** How many rewards a task gives at once: those that are granted, or the others. */
  private long rewardsOf(Task task, boolean granted) {
    long rounds = roundsAtOnce(task);
    long rewards = 0;
    for (Tier tier : task.getTiersList()) {
      for (Reward reward : tier.getRewardsList()) {
        if (reward.getKindCase() != Reward.KindCase.KIND_NOT_SET
            && kinds.kindOf(reward).isGranted() == granted) {
          boolean isOne = task.getTiersCount() > 1 || isAmount(reward);
          rewards += isOne ? 1 : paidAtOnce(task, rounds);
        }
      }
    }
    return task.getTiersCount() > 1 ? LongMath.saturatedMultiply(rewards, rounds) : rewards;
  }

  private long checkPaid(Findings findings) {
    long all = 0;
    long most = 0;
    int first = 0;
    for (int i = 0; i < program.getTasksCount(); i++) {
      long facts = factsOf(program.getTasks(i));
      all = LongMath.saturatedAdd(all, facts);
      if (program.getTasks(i).getRepeat() && facts > most) {
        most = facts;
        first = i;
      }
    }
    if (all > Turn.MAX_FACTS && most > 0) {
      findings.broken(
          "tasks[" + first + "].repeat",
          expected(
              "one action could set off %,d facts".formatted(all),
              "at most %,d; %s".formatted(Turn.MAX_FACTS, remedy(program.getTasks(first)))));
    }
    return all;
  }

  private static String remedy(Task task) {
    return task.getTiersCount() == 1
        ? "give the task a cap, a higher threshold, or rewards that are amounts such as points"
        : "give the task one tier, or a higher last threshold";
  }

  private long factsOf(Task task) {
    long rounds = roundsAtOnce(task);
    long facts = 1;
    for (Tier tier : task.getTiersList()) {
      facts++;
      for (Reward reward : tier.getRewardsList()) {
        boolean isOne = task.getTiersCount() > 1 || isAmount(reward);
        facts += FACTS_OF_REWARD * (isOne ? 1 : paidAtOnce(task, rounds));
      }
    }
    return task.getTiersCount() > 1 ? LongMath.saturatedMultiply(facts, rounds) : facts;
  }

  private boolean isAmount(Reward reward) {
    return reward.getKindCase() == Reward.KindCase.KIND_NOT_SET || kinds.isAmount(reward);
  }

  private static long roundsAtOnce(Task task) {
    if (!task.getRepeat() || task.getTiersCount() == 0) {
      return 1;
    }
    long round = Math.max(1, task.getTiers(task.getTiersCount() - 1).getThreshold());
    return maxAtOnce(task) / round + 1;
  }

  private static long paidAtOnce(Task task, long rounds) {
    long paid = rounds;
    if (task.getCap().getTiers() > 0) {
      paid = Math.min(paid, task.getCap().getTiers());
    }
    return task.getBudget().getTiers() > 0 ? Math.min(paid, task.getBudget().getTiers()) : paid;
  }

  /** The most that one occurrence adds to a task's count. */
  private static long maxAtOnce(Task task) {
    return switch (task.getCount()) {
      case COUNT_BY_DISTINCT_DAYS,
          COUNT_BY_DISTINCT_TEXTS,
          COUNT_BY_DISTINCT_KEYS,
          COUNT_BY_DISTINCT_INVITEES ->
          1;
      case COUNT_BY_AMOUNT -> MAX_AMOUNT;
      case COUNT_BY_SECONDS -> MAX_SECONDS;
      default -> maxTimes(task.getTrigger());
    };
  }

  private static long maxTimes(Trigger trigger) {
    return switch (trigger) {
      case TRIGGER_LIKE -> MAX_LIKES;
      case TRIGGER_WATCH -> MAX_SECONDS; // the default of a trigger that has seconds
      case TRIGGER_TIER_REACHED -> MAX_AMOUNT; // as often as the tier was reached at once
      default -> 1;
    };
  }
}
