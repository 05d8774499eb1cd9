package io.flywheel.badge;

/**
 * A badge or one of its tiers, as grants and conditions name them: "fan", or "fan:100" for the tier
 * of a threshold.
 *
 * @param badgeId the badge
 * @param threshold the tier's; 0: none is named
 */
record BadgeId(String badgeId, long threshold) {
  /** Takes a name apart; one that names no tier of a badge stands for a badge as a whole. */
  static BadgeId of(String name) {
    int colon = name.lastIndexOf(':');
    if (colon > 0) {
      try {
        long threshold = Long.parseLong(name.substring(colon + 1));
        if (threshold > 0) {
          return new BadgeId(name.substring(0, colon), threshold);
        }
      } catch (NumberFormatException e) {
        // a badge whose own id has a colon in it
      }
    }
    return new BadgeId(name, 0);
  }

  /** The name. */
  String name() {
    return threshold == 0 ? badgeId : badgeId + ":" + threshold;
  }
}
