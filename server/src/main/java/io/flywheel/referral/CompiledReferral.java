package io.flywheel.referral;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Newcomer;
import io.flywheel.v1.Program;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralRules;
import io.flywheel.v1.RefundPolicy;
import java.util.Optional;

/**
 * A program's campaigns. Immutable and thread-safe.
 *
 * @param campaigns by their ids, in the program's order
 * @param asksForRooms whether a campaign asks which rooms a viewer has entered
 * @param asksForEntries whether a campaign asks when a viewer last entered a room
 * @param refundPolicy how far rewards for orders are taken back
 */
record CompiledReferral(
    ReferralRules rules,
    ImmutableMap<String, ReferralCampaign> campaigns,
    boolean asksForRooms,
    boolean asksForEntries,
    RefundPolicy refundPolicy) {
  static CompiledReferral of(Program filled) {
    ReferralRules rules = filled.getReferral();
    return new CompiledReferral(
        rules,
        Maps.uniqueIndex(rules.getCampaignsList(), ReferralCampaign::getId),
        asksFor(rules, Newcomer.NEWCOMER_NEW_TO_ROOM),
        asksFor(rules, Newcomer.NEWCOMER_RETURNING),
        filled.getPoints().getRefundPolicy() == RefundPolicy.REFUND_POLICY_UNSPECIFIED
            ? RefundPolicy.REFUND_POLICY_WITHIN_BALANCE
            : filled.getPoints().getRefundPolicy());
  }

  /** Those of the program in force. */
  static CompiledReferral of(StateView view) {
    return view.program().get(ReferralSection.class);
  }

  /** A campaign; empty: the program has it no more. */
  Optional<ReferralCampaign> campaign(String id) {
    return Optional.ofNullable(campaigns.get(id));
  }

  private static boolean asksFor(ReferralRules rules, Newcomer newcomer) {
    return rules.getCampaignsList().stream()
        .anyMatch(campaign -> campaign.getNewcomersList().contains(newcomer));
  }
}
