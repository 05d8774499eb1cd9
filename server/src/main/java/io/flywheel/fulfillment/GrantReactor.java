package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;

/** The rules of grants: every reward but points is granted, and each badge once. */
final class GrantReactor implements Reactor {
  private final GrantSlice slice;
  private final GrantAppender appender;

  @Inject
  GrantReactor(GrantSlice slice, GrantAppender appender) {
    this.slice = slice;
    this.appender = appender;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(RewardGiven.class, this::grant);
  }

  private void grant(Turn turn, RewardGiven given) {
    Reward reward = given.getReward();
    if (reward.hasPoints()) {
      return;
    }
    GrantState.Builder state = turn.get(slice).toBuilder();
    if (reward.hasBadge()) {
      String badge = reward.getBadge().getBadgeId();
      if (state.getBadgesList().contains(badge)) {
        return;
      }
      state.addBadges(badge);
    }
    state.setGrants(state.getGrants() + 1);
    Timestamp grantedAt = Timestamps.fromMillis(turn.at().toEpochMilli());
    Grant.Builder grant =
        Grant.newBuilder()
            .setGrantNumber(state.getGrants())
            .setReward(reward)
            .setCause(given.getCause())
            .setGrantedAt(grantedAt);
    Duration validFor = validFor(reward);
    if (Durations.isPositive(validFor)) {
      grant.setExpiresAt(Timestamps.add(grantedAt, validFor));
    }
    turn.set(slice, state.build());
    turn.append(appender, new GrantAppender.Row(turn.viewer(), grant.build()));
    turn.emit(GrantIssued.newBuilder().setGrant(grant).build());
  }

  /** How long a grant lasts; zero: for good, or as long as somebody else says. */
  private static Duration validFor(Reward reward) {
    return switch (reward.getKindCase()) {
      case COUPON -> reward.getCoupon().getValidFor();
      case PRIVILEGE -> reward.getPrivilege().getValidFor();
      case EXPERIENCE, BADGE, TICKET, MAKE_UP_CARD, FREEZE, POINTS, KIND_NOT_SET -> Durations.ZERO;
    };
  }
}
