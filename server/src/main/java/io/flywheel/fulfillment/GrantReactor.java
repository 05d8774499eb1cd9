package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.reward.RewardKind;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.ExperienceDecayed;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantOrBuilder;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;

/** The rules of grants: what is kept as a grant is granted, and each badge once. */
final class GrantReactor implements Reactor {
  private final RewardKinds kinds;
  private final GrantSlice slice;
  private final GrantProfile profile;
  private final PrivilegeSlice privileges;
  private final GrantAppender appender;
  private final RevocationAppender revocations;

  @Inject
  GrantReactor(
      RewardKinds kinds,
      GrantSlice slice,
      GrantProfile profile,
      PrivilegeSlice privileges,
      GrantAppender appender,
      RevocationAppender revocations) {
    this.kinds = kinds;
    this.slice = slice;
    this.profile = profile;
    this.privileges = privileges;
    this.appender = appender;
    this.revocations = revocations;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(RewardGiven.class, this::grant);
    reactions.onFact(RewardRevoked.class, this::revoke);
    reactions.onFact(
        GrantIssued.class, (turn, issued) -> learn(turn, issued.getGrant().getReward(), 1));
    reactions.onFact(GrantRevoked.class, (turn, revoked) -> learn(turn, revoked.getPart(), -1));
    reactions.onFact(
        ExperienceDecayed.class,
        (turn, decayed) -> profile.addExperience(turn, -decayed.getAmount()));
  }

  private void grant(Turn turn, RewardGiven given) {
    Reward reward = given.getReward();
    RewardKind kind = kinds.kindOf(reward);
    if (!kind.isGranted()) {
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
    boolean isFirst = state.getGrants() == 0;
    state.setGrants(state.getGrants() + 1);
    state.setPlain((isFirst || state.getPlain()) && !reward.hasPrivilege());
    Timestamp grantedAt = Timestamps.fromMillis(turn.at().toEpochMilli());
    Grant.Builder grant =
        Grant.newBuilder()
            .setGrantNumber(state.getGrants())
            .setReward(reward)
            .setCause(given.getCause())
            .setGrantedAt(grantedAt);
    Duration validFor = kind.validFor(reward);
    if (Durations.isPositive(validFor)) {
      grant.setExpiresAt(Timestamps.add(grantedAt, validFor));
    }
    kind.endsAt(reward)
        .filter(end -> !grant.hasExpiresAt() || Timestamps.compare(end, grant.getExpiresAt()) < 0)
        .ifPresent(grant::setExpiresAt);
    turn.set(slice, state.build());
    if (reward.hasPrivilege()) {
      turn.set(privileges, turn.get(privileges).with(held(grant)));
    }
    turn.append(appender, new GrantAppender.Row(turn.viewer(), grant.build(), kind));
    turn.emit(GrantIssued.newBuilder().setGrant(grant).build());
  }

  /** Whoever keeps what the grant gave takes it back; here it is written down on the grant. */
  private void revoke(Turn turn, RewardRevoked revoked) {
    Reward part = revoked.getPart();
    RewardKind kind = kinds.kindOf(part);
    if (!kind.isGranted()) {
      return;
    }
    if (part.hasPrivilege()) {
      long now = turn.at().toEpochMilli();
      turn.set(privileges, turn.get(privileges).endedAt(revoked.getNumber(), now));
    }
    if (part.hasBadge()) {
      drop(turn, part.getBadge().getBadgeId());
    }
    slice.noteMore(turn);
    turn.append(
        revocations,
        new RevocationAppender.Row(
            turn.viewer(), revoked.getNumber(), kind.quantity(part), turn.at().toEpochMilli()));
    turn.emit(
        GrantRevoked.newBuilder()
            .setGrantNumber(revoked.getNumber())
            .setPart(part)
            .setCause(revoked.getReason())
            .build());
  }

  private void drop(Turn turn, String badge) {
    GrantState state = turn.get(slice);
    GrantState.Builder after = state.toBuilder().clearBadges();
    state.getBadgesList().stream().filter(held -> !held.equals(badge)).forEach(after::addBadges);
    turn.set(slice, after.build());
  }

  private void learn(Turn turn, Reward reward, int sign) {
    profile.addExperience(turn, sign * reward.getExperience().getAmount());
  }

  private static Privileges.Held held(GrantOrBuilder grant) {
    return new Privileges.Held(
        grant.getGrantNumber(),
        grant.getReward().getPrivilege().getPrivilegeId(),
        grant.hasExpiresAt() ? Timestamps.toMillis(grant.getExpiresAt()) : Long.MAX_VALUE);
  }
}
