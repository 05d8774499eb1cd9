package io.flywheel.badge;

/** What a viewer's state says of badges. Pure functions. */
final class BadgeStates {
  /** What was counted by so many rules of a badge is kept, of the latest. */
  private static final int MAX_RULES = 4;

  private BadgeStates() {}

  /** What was counted for a badge by its rule. */
  static BadgeTally tally(BadgeState state, CompiledBadge badge) {
    for (BadgeTally tally : state.getTalliesList()) {
      if (tally.getRule() == badge.rule() && tally.getBadgeId().equals(badge.id())) {
        return tally;
      }
    }
    return BadgeTally.newBuilder().setBadgeId(badge.id()).setRule(badge.rule()).build();
  }

  /** The state with what was counted by a rule. */
  static BadgeState with(BadgeState state, BadgeTally tally) {
    BadgeState.Builder after = state.toBuilder().clearTallies();
    int ofBadge = 1;
    for (int i = state.getTalliesCount() - 1; i >= 0; i--) {
      BadgeTally other = state.getTallies(i);
      boolean isOfBadge = other.getBadgeId().equals(tally.getBadgeId());
      if (!isOfBadge || (other.getRule() != tally.getRule() && ++ofBadge <= MAX_RULES)) {
        after.addTallies(0, other);
      }
    }
    return after.addTallies(tally).build();
  }

  /** Whether the viewer has a tier, or had it before it was taken. */
  static boolean had(BadgeState state, String badgeId, long threshold) {
    return state.getTiersList().stream()
        .anyMatch(tier -> tier.getThreshold() == threshold && tier.getBadgeId().equals(badgeId));
  }

  /** The place of a tier that is held and whose grant is not known yet; -1: there is none. */
  static int withoutGrant(BadgeState state, BadgeId held) {
    for (int i = 0; i < state.getTiersCount(); i++) {
      HeldTier tier = state.getTiers(i);
      if (tier.getGrantNumber() == 0
          && tier.getRevokedMillis() == 0
          && tier.getThreshold() == held.threshold()
          && tier.getBadgeId().equals(held.badgeId())) {
        return i;
      }
    }
    return -1;
  }

  /** Whether the viewer holds any tier of a badge. */
  static boolean isHeld(BadgeState state, String badgeId) {
    return state.getTiersList().stream()
        .anyMatch(tier -> tier.getRevokedMillis() == 0 && tier.getBadgeId().equals(badgeId));
  }

  /** The highest tier of a badge that the viewer holds; the default where there is none. */
  static HeldTier highest(BadgeState state, String badgeId) {
    HeldTier highest = HeldTier.getDefaultInstance();
    for (HeldTier tier : state.getTiersList()) {
      if (tier.getRevokedMillis() == 0
          && tier.getBadgeId().equals(badgeId)
          && tier.getThreshold() >= highest.getThreshold()) {
        highest = tier;
      }
    }
    return highest;
  }
}
