package io.flywheel.fulfillment;

import com.google.common.math.LongMath;
import com.google.protobuf.Duration;
import io.flywheel.reward.RewardKind;
import io.flywheel.v1.Reward;
import java.util.Optional;

/** Rewards that are kept as grants alone. */
enum GrantedReward implements RewardKind {
  EXPERIENCE(Reward.KindCase.EXPERIENCE) {
    @Override
    public long quantity(Reward reward) {
      return reward.getExperience().getAmount();
    }

    @Override
    public Optional<Reward> times(Reward reward, long times) {
      Reward.Builder all = reward.toBuilder();
      all.getExperienceBuilder()
          .setAmount(LongMath.saturatedMultiply(reward.getExperience().getAmount(), times));
      return Optional.of(all.build());
    }

    @Override
    public Reward part(Reward reward, long quantity) {
      Reward.Builder part = reward.toBuilder();
      part.getExperienceBuilder().setAmount(quantity);
      return part.build();
    }
  },
  BADGE(Reward.KindCase.BADGE) {
    @Override
    public String subjectId(Reward reward) {
      return reward.getBadge().getBadgeId();
    }

    @Override
    public boolean isFinal() {
      return true; // it is given once, so another order may have earned it too
    }
  },
  PRIVILEGE(Reward.KindCase.PRIVILEGE) {
    @Override
    public String subjectId(Reward reward) {
      return reward.getPrivilege().getPrivilegeId();
    }

    @Override
    public Duration validFor(Reward reward) {
      return reward.getPrivilege().getValidFor();
    }
  };

  private final Reward.KindCase kind;

  GrantedReward(Reward.KindCase kind) {
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
