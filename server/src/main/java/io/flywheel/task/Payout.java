package io.flywheel.task;

import io.flywheel.engine.Turn;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Trigger;

/**
 * How much of what waits to be claimed one action pays, however much has come together: as much as
 * sets off a part of the facts that an action may. The rest waits on. Used by one thread.
 */
final class Payout {
  /** So that there is room for what the rewards lead to. */
  private static final long MAX_FACTS = Turn.MAX_FACTS / 4;

  /** That a reward is given, and that it is booked. */
  private static final long FACTS_OF_REWARD = 2;

  private final RewardKinds kinds;
  private final long factsOfReward;
  private long left = MAX_FACTS;

  Payout(Turn turn, RewardKinds kinds) {
    this.kinds = kinds;
    CompiledTasks tasks = CompiledTasks.of(turn);
    this.factsOfReward =
        FACTS_OF_REWARD
            + tasks.setOffBy(Trigger.TRIGGER_POINTS_EARNED).size()
            + tasks.setOffBy(Trigger.TRIGGER_GRANT_ISSUED).size();
  }

  /** How many times what is owed is paid now, at most as often as it is owed; 0: it waits. */
  long take(OwedRecordOrBuilder owed) {
    long once = 0;
    long each = 0;
    for (Reward reward : owed.getRewardsList()) {
      if (kinds.isAmount(reward)) {
        once += factsOfReward;
      } else {
        each += factsOfReward;
      }
    }
    if (left < once + each) {
      return 0;
    }
    long times = each == 0 ? owed.getTimes() : Math.min(owed.getTimes(), (left - once) / each);
    left -= once + times * each;
    return times;
  }
}
