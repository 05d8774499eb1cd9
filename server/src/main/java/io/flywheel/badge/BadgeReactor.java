package io.flywheel.badge;

import com.google.common.collect.ImmutableMap;
import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.counting.EventTriggers;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceListener;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.profile.ShownAs;
import io.flywheel.program.CompiledProgram;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.BadgeAward;
import io.flywheel.v1.BadgeCause;
import io.flywheel.v1.BadgeEarned;
import io.flywheel.v1.BadgeHolder;
import io.flywheel.v1.BadgeRevoked;
import io.flywheel.v1.BadgeReward;
import io.flywheel.v1.BadgeTier;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.GiveBadgeResponse;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.RevokeBadgeResponse;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.Text;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WearBadgeResponse;
import io.flywheel.v1.WornBadge;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of badges. What earns a tier gives the badge as a reward; whoever keeps grants keeps
 * it, each once, and what was granted is then known here, with whatever else gave it. Thread-safe.
 */
final class BadgeReactor implements Reactor, OccurrenceListener {
  /** A viewer puts on a badge; empty: none. */
  record Wear(String badgeId) {}

  /** The merchant gives a badge. */
  record Give(String badgeId, AdjustmentCause reason) {}

  /** The merchant takes a badge. */
  record Revoke(String badgeId, AdjustmentCause reason) {}

  /**
   * What a run over the journal found of a viewer.
   *
   * @param badge as the run went by it
   * @param version of the program that the run goes by
   * @param added what was not counted yet
   * @param crossed the times of the events that crossed thresholds, in epoch milliseconds, as far
   *     as they were read
   * @param mayKnowMore whether the run can read on to find out when a threshold was crossed; it is
   *     then told so by OVERLOADED, and nothing changes
   * @param silent whether apps should not celebrate it
   */
  record Award(
      CompiledBadge badge,
      long version,
      BadgeTally added,
      ImmutableMap<Long, Long> crossed,
      boolean mayKnowMore,
      boolean silent) {}

  /** How many tiers that were taken are remembered for each viewer. */
  private static final int MAX_HISTORY = 200;

  private static final int MAX_NAME = 255;
  private static final Duration READ_ON = Duration.ofMillis(1);

  private final BadgeSlice slice;
  private final HolderAppender holders;
  private final Badges badges;

  @Inject
  BadgeReactor(BadgeSlice slice, HolderAppender holders, Badges badges) {
    this.badges = badges;
    this.slice = slice;
    this.holders = holders;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Wear.class, this::wear);
    reactions.on(Give.class, this::give);
    reactions.on(Revoke.class, this::revoke);
    reactions.on(Award.class, this::award);
    reactions.onFact(GrantIssued.class, (turn, issued) -> issued(turn, issued.getGrant()));
    reactions.onFact(GrantRevoked.class, this::revoked);
  }

  @Override
  public void prefetch(Prefetch states) {
    CompiledProgram program = states.program();
    if (program != null
        && states.action().body() instanceof Event event
        && !CompiledBadges.of(program).countedBy(EventTriggers.of(event)).isEmpty()) {
      states.get(slice); // what facts set off asks for it by itself, which is far rarer
    }
  }

  @Override
  public Set<String> fieldsAsked(CompiledProgram program, Trigger trigger) {
    return CompiledBadges.of(program).viewerFields(trigger);
  }

  @Override
  public void occurred(Turn turn, List<Occurrence> occurrences) {
    CompiledBadges badges = CompiledBadges.of(turn);
    for (Occurrence occurrence : occurrences) {
      for (CompiledBadge badge : badges.countedBy(occurrence.trigger())) {
        Counter counter = badge.counter();
        if (counter != null
            && badge.isOn(occurrence.at().toEpochMilli())
            && counter.matches(turn, occurrence)) {
          count(turn, badge, counter, occurrence);
        }
      }
    }
  }

  private void count(Turn turn, CompiledBadge badge, Counter counter, Occurrence occurrence) {
    BadgeState state = turn.get(slice);
    BadgeTally.Builder tally = BadgeStates.tally(state, badge).toBuilder();
    BadgeTally before = tally.build();
    long count = Tally.add(tally, badge, counter, occurrence, turn.program().calendar());
    BadgeTally after = tally.build();
    if (!after.equals(before)) {
      turn.set(slice, BadgeStates.with(state, after));
    }
    for (BadgeTier tier : badge.tiers()) {
      if (tier.getThreshold() <= count
          && !BadgeStates.had(state, badge.id(), tier.getThreshold())) {
        earn(turn, badge, tier.getThreshold(), occurrence.at().toEpochMilli(), false, false);
      }
    }
  }

  /** The tier is the viewer's from now on; the badge is given with it. */
  private void earn(
      Turn turn,
      CompiledBadge badge,
      long threshold,
      long atMillis,
      boolean retroactive,
      boolean silent) {
    BadgeId held = new BadgeId(badge.id(), threshold);
    // The first of a badge's tiers brings the badge itself.
    boolean isFirst = !BadgeStates.isHeld(turn.get(slice), badge.id());
    BadgeReward reward =
        BadgeReward.newBuilder()
            .setBadgeId(isFirst ? badge.id() : held.name())
            .setTitle(badge.badge().getTitle())
            .build();
    hold(turn, held, atMillis, reward, 0, retroactive);
    BadgeCause.Builder cause =
        BadgeCause.newBuilder()
            .setBadgeId(badge.id())
            .setThreshold(threshold)
            .setEarnedAt(Timestamps.fromMillis(atMillis))
            .setRetroactive(retroactive)
            .setSilent(silent);
    Rewards.give(
        turn,
        Reward.newBuilder().setBadge(reward).build(),
        Cause.newBuilder().setBadge(cause).build());
  }

  private void hold(
      Turn turn,
      BadgeId held,
      long atMillis,
      BadgeReward reward,
      long grantNumber,
      boolean retroactive) {
    turn.set(
        slice,
        turn.get(slice).toBuilder()
            .addTiers(
                HeldTier.newBuilder()
                    .setBadgeId(held.badgeId())
                    .setThreshold(held.threshold())
                    .setEarnedMillis(atMillis)
                    .setGrantNumber(grantNumber)
                    .setGrantedAs(reward.getBadgeId())
                    .setTitle(reward.getTitle().toByteString()))
            .build());
    turn.append(
        holders, new HolderAppender.Row(turn.viewer(), held, atMillis, retroactive, 0, "", ""));
  }

  /**
   * A badge was granted: by its rule, for which it is held already, or by whatever else gave it.
   */
  private void issued(Turn turn, Grant grant) {
    if (!grant.getReward().hasBadge()) {
      return;
    }
    BadgeReward reward = grant.getReward().getBadge();
    BadgeId name = BadgeId.of(reward.getBadgeId());
    CompiledBadge badge = CompiledBadges.of(turn).find(name.badgeId());
    BadgeCause cause = grant.getCause().getBadge();
    boolean isByRule = grant.getCause().hasBadge() && cause.getBadgeId().equals(name.badgeId());
    BadgeId held =
        isByRule
            ? new BadgeId(name.badgeId(), cause.getThreshold())
            : heldBy(badge, name, reward.getBadgeId());
    BadgeState state = turn.get(slice);
    int earned = isByRule ? BadgeStates.withoutGrant(state, held) : -1;
    boolean isFirst = earned >= 0 || !BadgeStates.had(state, held.badgeId(), held.threshold());
    long earnedMillis = Timestamps.toMillis(grant.getGrantedAt());
    if (earned >= 0) {
      HeldTier tier = state.getTiers(earned);
      earnedMillis = tier.getEarnedMillis();
      turn.set(
          slice,
          state.toBuilder()
              .setTiers(earned, tier.toBuilder().setGrantNumber(grant.getGrantNumber()))
              .build());
    } else {
      hold(turn, held, earnedMillis, reward, grant.getGrantNumber(), false);
    }
    BadgeCause why = isByRule ? cause : BadgeCause.getDefaultInstance();
    tell(turn, badge, held, earnedMillis, reward, why);
    if (turn.get(slice).getWorn().equals(held.badgeId())) {
      wear(turn, held.badgeId(), badge); // in its higher tier
    }
    if (badge != null && isFirst) {
      giveRewards(turn, badge, held.threshold(), why);
    }
  }

  /** What is held by a badge that something else than its rule gave. */
  private static BadgeId heldBy(@Nullable CompiledBadge badge, BadgeId name, String whole) {
    if (badge == null) {
      return new BadgeId(whole, 0); // one that the program knows nothing of
    }
    return name.threshold() == 0 ? new BadgeId(name.badgeId(), badge.lowest()) : name;
  }

  private static void tell(
      Turn turn,
      @Nullable CompiledBadge badge,
      BadgeId held,
      long earnedMillis,
      BadgeReward reward,
      BadgeCause cause) {
    BadgeEarned.Builder fact =
        BadgeEarned.newBuilder()
            .setBadgeId(held.badgeId())
            .setThreshold(held.threshold())
            .setEarnedAt(Timestamps.fromMillis(earnedMillis))
            .setRetroactive(cause.getRetroactive())
            .setSilent(cause.getSilent());
    if (badge != null) {
      fact.setTitle(badge.badge().getTitle())
          .setTier(badge.numberOf(held.threshold()))
          .setPictureUrl(badge.badge().getPictureUrl());
      badge
          .tier(held.threshold())
          .filter(BadgeTier::hasTitle)
          .ifPresent(tier -> fact.setTierTitle(tier.getTitle()));
    } else if (reward.hasTitle()) {
      fact.setTitle(reward.getTitle());
    }
    turn.emit(fact.build());
  }

  private static void giveRewards(Turn turn, CompiledBadge badge, long threshold, BadgeCause why) {
    BadgeCause cause = why.toBuilder().setBadgeId(badge.id()).setThreshold(threshold).build();
    badge
        .tier(threshold)
        .ifPresent(tier ->
            tier.getRewardsList()
                .forEach(reward ->
                    Rewards.give(turn, reward, Cause.newBuilder().setBadge(cause).build())));
  }

  /** A grant of a badge was taken back, whatever took it. */
  private void revoked(Turn turn, GrantRevoked revoked) {
    if (!revoked.getPart().hasBadge()) {
      return;
    }
    BadgeState state = turn.get(slice);
    BadgeState.Builder after = state.toBuilder();
    String badgeId = "";
    for (int i = 0; i < state.getTiersCount(); i++) {
      HeldTier tier = state.getTiers(i);
      if (tier.getGrantNumber() == revoked.getGrantNumber() && tier.getRevokedMillis() == 0) {
        badgeId = tier.getBadgeId();
        after.setTiers(i, tier.toBuilder().setRevokedMillis(turn.at().toEpochMilli()));
        noteRevoked(turn, tier, revoked.getCause().getAdjustment());
      }
    }
    if (badgeId.isEmpty()) {
      return;
    }
    forgetOldest(after);
    turn.set(slice, after.build());
    if (BadgeStates.isHeld(turn.get(slice), badgeId)) {
      return; // another of its tiers is taken next, or stays
    }
    if (state.getWorn().equals(badgeId)) {
      takeOff(turn);
    }
    turn.emit(BadgeRevoked.newBuilder().setBadgeId(badgeId).build());
  }

  private void noteRevoked(Turn turn, HeldTier tier, AdjustmentCause why) {
    turn.append(
        holders,
        new HolderAppender.Row(
            turn.viewer(),
            new BadgeId(tier.getBadgeId(), tier.getThreshold()),
            tier.getEarnedMillis(),
            false,
            turn.at().toEpochMilli(),
            cut(why.getAdjustedBy()),
            why.getReason()));
  }

  private static String cut(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }

  private static void forgetOldest(BadgeState.Builder state) {
    long revoked =
        state.getTiersList().stream().filter(tier -> tier.getRevokedMillis() > 0).count();
    for (int i = 0; i < state.getTiersCount() && revoked > MAX_HISTORY; i++) {
      if (state.getTiers(i).getRevokedMillis() > 0) {
        state.removeTiers(i);
        return;
      }
    }
  }

  private void wear(Turn turn, Wear wear) {
    if (wear.badgeId().isEmpty()) {
      takeOff(turn);
    } else {
      requireHeld(turn, wear.badgeId());
      wear(turn, wear.badgeId(), CompiledBadges.of(turn).find(wear.badgeId()));
    }
    turn.respond(() -> {
      PublicProfile shown = turn.profile().getShownAs();
      WearBadgeResponse.Builder answer = WearBadgeResponse.newBuilder();
      return shown.hasBadge() ? answer.setWorn(shown.getBadge()).build() : answer.build();
    });
  }

  /** Shows a badge that is held, in its highest tier. */
  private void wear(Turn turn, String badgeId, @Nullable CompiledBadge badge) {
    BadgeState state = turn.get(slice);
    HeldTier highest = BadgeStates.highest(state, badgeId);
    WornBadge.Builder worn =
        WornBadge.newBuilder().setBadgeId(badgeId).setThreshold(highest.getThreshold());
    if (badge != null) {
      worn.setTitle(badge.badge().getTitle()).setPictureUrl(badge.badge().getPictureUrl());
      badge
          .tier(highest.getThreshold())
          .filter(BadgeTier::hasTitle)
          .ifPresent(tier -> worn.setTierTitle(tier.getTitle()));
    } else {
      Text title = titleOf(highest);
      if (!title.equals(Text.getDefaultInstance())) {
        worn.setTitle(title);
      }
    }
    turn.set(slice, state.toBuilder().setWorn(badgeId).build());
    show(turn, worn.build());
  }

  private void takeOff(Turn turn) {
    turn.set(slice, turn.get(slice).toBuilder().clearWorn().build());
    show(turn, null);
  }

  private static void show(Turn turn, @Nullable WornBadge worn) {
    PublicProfile.Builder shown = turn.profile().getShownAs().toBuilder().clearBadge();
    if (worn != null) {
      shown.setBadge(worn);
    }
    ShownAs.set(turn, shown.build());
  }

  private void give(Turn turn, Give give) {
    CompiledBadge badge = CompiledBadges.of(turn).require(give.badgeId());
    if (!badges.isHeld(turn, badge.id())) {
      Rewards.give(
          turn,
          Reward.newBuilder()
              .setBadge(
                  BadgeReward.newBuilder()
                      .setBadgeId(badge.id())
                      .setTitle(badge.badge().getTitle()))
              .build(),
          Cause.newBuilder().setAdjustment(give.reason()).build());
    }
    turn.respond(() -> GiveBadgeResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  private void revoke(Turn turn, Revoke revoke) {
    requireHeld(turn, revoke.badgeId());
    for (HeldTier tier : turn.get(slice).getTiersList()) {
      if (tier.getBadgeId().equals(revoke.badgeId()) && tier.getRevokedMillis() == 0) {
        takeBack(turn, tier, revoke.reason());
      }
    }
    turn.respond(() -> RevokeBadgeResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  private static void takeBack(Turn turn, HeldTier tier, AdjustmentCause reason) {
    turn.emit(
        RewardRevoked.newBuilder()
            .setPart(
                Reward.newBuilder()
                    .setBadge(BadgeReward.newBuilder().setBadgeId(tier.getGrantedAs())))
            .setCause(
                Cause.newBuilder()
                    .setBadge(
                        BadgeCause.newBuilder()
                            .setBadgeId(tier.getBadgeId())
                            .setThreshold(tier.getThreshold())
                            .setEarnedAt(Timestamps.fromMillis(tier.getEarnedMillis()))))
            .setPolicy(RefundPolicy.REFUND_POLICY_WITHIN_BALANCE)
            .setNumber(tier.getGrantNumber())
            .setReason(Cause.newBuilder().setAdjustment(reason))
            .build());
  }

  private void requireHeld(Turn turn, String badgeId) {
    if (!badges.isHeld(turn, badgeId)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_BADGE_NOT_HELD,
          "badge_id: %s (expected: a badge that the viewer holds)".formatted(badgeId));
    }
  }

  /** Adds what was done before the badge was there, and gives what that and the rest come to. */
  private void award(Turn turn, Award award) {
    CompiledBadge badge = award.badge();
    Counter counter = badge.counter();
    if (counter == null) {
      return;
    }
    BadgeState state = turn.get(slice);
    BadgeTally.Builder tally = BadgeStates.tally(state, badge).toBuilder();
    if (tally.getAddedBefore() < award.version()) {
      Tally.merge(tally, award.added());
      tally.setAddedBefore(award.version());
    }
    BadgeTally after = tally.build();
    turn.set(slice, BadgeStates.with(state, after));
    long count = Tally.best(after) / counter.unit();
    int before = turn.get(slice).getTiersCount();
    turn.respond(() -> earnedSince(turn, before));
    for (BadgeTier tier : badge.tiers()) {
      long threshold = tier.getThreshold();
      Long crossedMillis = award.crossed().get(threshold);
      if (BadgeStates.had(state, badge.id(), threshold)) {
        if (crossedMillis != null) {
          correct(turn, new BadgeId(badge.id(), threshold), crossedMillis);
        }
      } else if (crossedMillis != null) {
        earn(turn, badge, threshold, crossedMillis, true, award.silent());
      } else if (threshold <= count) {
        if (award.mayKnowMore()) {
          throw ServiceException.overloaded(READ_ON);
        }
        earn(turn, badge, threshold, after.getLatestMillis(), true, award.silent());
      }
    }
  }

  private BadgeAward earnedSince(Turn turn, int before) {
    BadgeAward.Builder answer = BadgeAward.newBuilder();
    List<HeldTier> tiers = turn.get(slice).getTiersList();
    for (HeldTier tier : tiers.subList(before, tiers.size())) {
      answer.addSamples(
          BadgeHolder.newBuilder()
              .setThreshold(tier.getThreshold())
              .setEarnedAt(Timestamps.fromMillis(tier.getEarnedMillis())));
    }
    return answer.build();
  }

  /** What was counted live alone crossed later than with what came before. */
  private void correct(Turn turn, BadgeId held, long crossedMillis) {
    BadgeState state = turn.get(slice);
    for (int i = 0; i < state.getTiersCount(); i++) {
      HeldTier tier = state.getTiers(i);
      if (tier.getRevokedMillis() == 0
          && tier.getBadgeId().equals(held.badgeId())
          && tier.getThreshold() == held.threshold()
          && tier.getEarnedMillis() > crossedMillis) {
        turn.set(
            slice,
            state.toBuilder().setTiers(i, tier.toBuilder().setEarnedMillis(crossedMillis)).build());
        turn.append(
            holders, new HolderAppender.Row(turn.viewer(), held, crossedMillis, true, 0, "", ""));
      }
    }
  }

  static Text titleOf(HeldTier tier) {
    try {
      return Text.parseFrom(tier.getTitle());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored title can't be read", e);
    }
  }
}
