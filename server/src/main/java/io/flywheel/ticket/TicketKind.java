package io.flywheel.ticket;

import com.google.common.primitives.Ints;
import com.google.inject.Inject;
import io.flywheel.reward.RewardKind;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.Reward;
import java.util.Optional;

/** Tickets as rewards. Thread-safe. */
final class TicketKind implements RewardKind {
  @Inject
  TicketKind() {}

  @Override
  public Reward.KindCase kind() {
    return Reward.KindCase.TICKET;
  }

  @Override
  public boolean isGranted() {
    return true;
  }

  @Override
  public String subjectId(Reward reward) {
    return reward.getTicket().getLotteryId();
  }

  @Override
  public long quantity(Reward reward) {
    return reward.getTicket().hasCount() ? reward.getTicket().getCount() : 1;
  }

  @Override
  public void fill(Reward.Builder reward) {
    if (!reward.getTicket().hasCount()) {
      reward.getTicketBuilder().setCount(1);
    }
  }

  @Override
  public Optional<Reward> times(Reward reward, long times) {
    int count = RewardKinds.multiply(Ints.checkedCast(quantity(reward)), times);
    return Optional.of(part(reward, count));
  }

  @Override
  public Reward part(Reward reward, long quantity) {
    Reward.Builder part = reward.toBuilder();
    part.getTicketBuilder().setCount(Ints.checkedCast(quantity));
    return part.build();
  }
}
