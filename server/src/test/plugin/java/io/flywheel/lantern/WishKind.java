package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.reward.RewardKind;
import io.flywheel.v1.Reward;
import io.flywheel.v1.WishReward;

/** Wishes as rewards. */
final class WishKind implements RewardKind {
  @Inject
  WishKind() {}

  @Override
  public Reward.KindCase kind() {
    return Reward.KindCase.WISH;
  }

  @Override
  public boolean isGranted() {
    return true;
  }

  @Override
  public long quantity(Reward reward) {
    return reward.getWish().getCount();
  }

  @Override
  public Reward part(Reward reward, long quantity) {
    return reward.toBuilder().setWish(WishReward.newBuilder().setCount(quantity)).build();
  }
}
