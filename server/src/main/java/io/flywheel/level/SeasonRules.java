package io.flywheel.level;

import com.google.common.math.LongMath;
import io.flywheel.v1.Season;
import io.flywheel.v1.SeasonTier;
import io.flywheel.v1.SeasonTrack;
import org.jspecify.annotations.Nullable;

/** How experience and the paid track move a viewer's season. Not to be instantiated. */
final class SeasonRules {
  private SeasonRules() {}

  /**
   * Adds experience. Tiers that it comes to for the first time owe what they give now.
   *
   * @param orderId the order that gave it; empty: none did
   */
  static void add(
      SeasonRecord.Builder record, Season season, long amount, long atMillis, String orderId) {
    record.setExperience(LongMath.saturatedAdd(record.getExperience(), amount));
    for (int i = 0; i < season.getTiersCount(); i++) {
      SeasonTier tier = season.getTiers(i);
      if (tier.getExperience() > record.getExperience()) {
        return;
      }
      SeasonTierRecord.Builder known = tier(record, tier.getId());
      if (known != null) {
        known.setLost(false);
      } else {
        record.addTiers(
            SeasonTierRecord.newBuilder()
                .setTierId(tier.getId())
                .setNumber(i + 1)
                .setExperience(tier.getExperience())
                .setAtMillis(atMillis)
                .setOrderId(orderId)
                .addAllOwed(tier.getRewardsList())
                .addAllPaidOwed(tier.getPaidRewardsList()));
      }
    }
  }

  /**
   * Takes experience back. Tiers that what is left is not enough for are lost until it is again.
   *
   * @param season as the program has it; null: the program has it no more, and tiers ask for what
   *     they asked for when they were reached
   */
  static void takeBack(SeasonRecord.Builder record, @Nullable CompiledSeason season, long amount) {
    record.setExperience(Math.max(0, record.getExperience() - amount));
    for (SeasonTierRecord.Builder tier : record.getTiersBuilderList()) {
      SeasonTier now = season == null ? null : season.tier(tier.getTierId());
      long asked = now == null ? tier.getExperience() : now.getExperience();
      if (asked > record.getExperience()) {
        tier.setLost(true);
      }
    }
  }

  /** Whether the paid track is open. */
  static boolean isOpen(SeasonRecordOrBuilder record) {
    return record.getHeld() || record.getOpenersCount() > 0;
  }

  /** How many tiers the viewer has. */
  static int number(SeasonRecordOrBuilder record) {
    int number = 0;
    for (int i = 0; i < record.getTiersCount(); i++) {
      number += record.getTiers(i).getLost() ? 0 : 1;
    }
    return number;
  }

  /** Whether something of a tier waits to be given. */
  static boolean isClaimable(
      SeasonTierRecordOrBuilder tier, SeasonTrack track, boolean isPaidTrackOpen) {
    if (tier.getLost()) {
      return false;
    }
    return track == SeasonTrack.SEASON_TRACK_PAID
        ? isPaidTrackOpen && !tier.getPaidGiven() && tier.getPaidOwedCount() > 0
        : !tier.getGiven() && tier.getOwedCount() > 0;
  }

  /**
   * The order that rewards of a tier name, with whose refund they are taken back: on the paid track
   * the one that opened it, as long as nothing else has.
   */
  static String orderOf(
      SeasonRecordOrBuilder record, SeasonTierRecordOrBuilder tier, SeasonTrack track) {
    boolean isBought =
        track == SeasonTrack.SEASON_TRACK_PAID
            && record.getOpenersCount() > 0
            && record.getOpenersList().stream().noneMatch(one -> one.getOrderId().isEmpty());
    return isBought ? record.getOpeners(0).getOrderId() : tier.getOrderId();
  }

  static SeasonTierRecord.@Nullable Builder tier(SeasonRecord.Builder record, String tierId) {
    for (SeasonTierRecord.Builder tier : record.getTiersBuilderList()) {
      if (tier.getTierId().equals(tierId)) {
        return tier;
      }
    }
    return null;
  }
}
