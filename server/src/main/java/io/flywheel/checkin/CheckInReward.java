package io.flywheel.checkin;

import com.google.common.primitives.Ints;
import io.flywheel.reward.RewardKind;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.Reward;
import java.util.Optional;

/** What check-in keeps for viewers. */
enum CheckInReward implements RewardKind {
  MAKE_UP_CARD(Reward.KindCase.MAKE_UP_CARD) {
    @Override
    public long quantity(Reward reward) {
      return reward.getMakeUpCard().getCount();
    }

    @Override
    public Optional<Reward> times(Reward reward, long times) {
      int count = RewardKinds.multiply(reward.getMakeUpCard().getCount(), times);
      Reward.Builder all = reward.toBuilder();
      all.getMakeUpCardBuilder().setCount(count);
      return Optional.of(all.build());
    }

    @Override
    public Reward part(Reward reward, long quantity) {
      Reward.Builder part = reward.toBuilder();
      part.getMakeUpCardBuilder().setCount(Ints.checkedCast(quantity));
      return part.build();
    }
  },
  FREEZE(Reward.KindCase.FREEZE) {
    @Override
    public long quantity(Reward reward) {
      return reward.getFreeze().getCount();
    }

    @Override
    public Optional<Reward> times(Reward reward, long times) {
      int count = RewardKinds.multiply(reward.getFreeze().getCount(), times);
      Reward.Builder all = reward.toBuilder();
      all.getFreezeBuilder().setCount(count);
      return Optional.of(all.build());
    }

    @Override
    public Reward part(Reward reward, long quantity) {
      Reward.Builder part = reward.toBuilder();
      part.getFreezeBuilder().setCount(Ints.checkedCast(quantity));
      return part.build();
    }
  };

  private final Reward.KindCase kind;

  CheckInReward(Reward.KindCase kind) {
    this.kind = kind;
  }

  @Override
  public Reward.KindCase kind() {
    return kind;
  }

  @Override
  public boolean isGranted() {
    return true;
  }
}
