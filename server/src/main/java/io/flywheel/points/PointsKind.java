package io.flywheel.points;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.reward.RewardKind;
import io.flywheel.v1.Reward;
import java.util.Optional;

/** Points as rewards. Thread-safe. */
final class PointsKind implements RewardKind {
  private static final Duration WAITS_AT_MOST = Durations.fromDays(30);

  @Inject
  PointsKind() {}

  @Override
  public Reward.KindCase kind() {
    return Reward.KindCase.POINTS;
  }

  @Override
  public boolean isGranted() {
    return false; // they are booked
  }

  @Override
  public long quantity(Reward reward) {
    return reward.getPoints().getAmount();
  }

  @Override
  public void fill(Reward.Builder reward) {
    if (reward.getPoints().hasUntilCompleted()
        && !reward.getPoints().getUntilCompleted().hasAtMost()) {
      reward.getPointsBuilder().getUntilCompletedBuilder().setAtMost(WAITS_AT_MOST);
    }
  }

  @Override
  public Optional<Reward> times(Reward reward, long times) {
    Reward.Builder all = reward.toBuilder();
    all.getPointsBuilder()
        .setAmount(LongMath.saturatedMultiply(reward.getPoints().getAmount(), times));
    return Optional.of(all.build());
  }

  @Override
  public Reward part(Reward reward, long quantity) {
    Reward.Builder part = reward.toBuilder();
    part.getPointsBuilder().setAmount(quantity);
    return part.build();
  }
}
