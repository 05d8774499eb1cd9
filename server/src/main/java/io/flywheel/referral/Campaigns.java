package io.flywheel.referral;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralRule;
import io.flywheel.v1.ReferralStep;
import java.util.List;

/** What campaigns say. Pure functions; not to be instantiated. */
final class Campaigns {
  /** Who has watched for as long in all has taken part. */
  private static final int ACTIVE_MINUTES = 1;

  private Campaigns() {}

  /** When it begins; {@code Long.MIN_VALUE}: it is on. */
  static long startsMillis(ReferralCampaign campaign) {
    return campaign.hasStartsAt() ? Timestamps.toMillis(campaign.getStartsAt()) : Long.MIN_VALUE;
  }

  /** When it ends, which is not part of it; {@code Long.MAX_VALUE}: it does not. */
  static long endsMillis(ReferralCampaign campaign) {
    return campaign.hasEndsAt() ? Timestamps.toMillis(campaign.getEndsAt()) : Long.MAX_VALUE;
  }

  /** Whether invites are made and accepted. */
  static boolean isOn(ReferralCampaign campaign, long atMillis) {
    return atMillis >= startsMillis(campaign) && atMillis < endsMillis(campaign);
  }

  /** The rules that pay for a step. */
  static List<ReferralRule> rulesOf(ReferralCampaign campaign, InviteeStage stage, int minutes) {
    return campaign.getRulesList().stream()
        .filter(rule -> stageOf(rule.getOn()) == stage && rule.getMinutes() == minutes)
        .toList();
  }

  /**
   * After how many minutes of staying a rule pays, or knows that an invitee has taken part; rising,
   * each once.
   */
  static List<Integer> stays(ReferralCampaign campaign) {
    return campaign.getRulesList().stream()
        .filter(rule -> rule.getOn() == ReferralStep.REFERRAL_STEP_STAYED || rule.getOnceActive())
        .map(rule -> rule.getOnceActive() ? ACTIVE_MINUTES : rule.getMinutes())
        .distinct()
        .sorted()
        .collect(ImmutableList.toImmutableList());
  }

  /** The stage that a step leads to. */
  static InviteeStage stageOf(ReferralStep step) {
    return switch (step) {
      case REFERRAL_STEP_ENTERED -> InviteeStage.INVITEE_STAGE_ENTERED;
      case REFERRAL_STEP_STAYED -> InviteeStage.INVITEE_STAGE_STAYED;
      case REFERRAL_STEP_FOLLOWED -> InviteeStage.INVITEE_STAGE_FOLLOWED;
      case REFERRAL_STEP_JOINED_GROUP -> InviteeStage.INVITEE_STAGE_JOINED_GROUP;
      case REFERRAL_STEP_ORDERED -> InviteeStage.INVITEE_STAGE_ORDERED;
      case REFERRAL_STEP_UNSPECIFIED, UNRECOGNIZED -> InviteeStage.INVITEE_STAGE_UNSPECIFIED;
    };
  }
}
