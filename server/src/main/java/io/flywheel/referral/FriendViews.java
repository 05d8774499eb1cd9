package io.flywheel.referral;

import com.google.protobuf.util.Timestamps;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.InviteeStep;
import io.flywheel.v1.ReferralReview;
import io.flywheel.v1.ReferralRule;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StepState;
import java.util.List;

/** Invitees as they are shown. Pure functions; not to be instantiated. */
final class FriendViews {
  private FriendViews() {}

  /** An invitee with what was earned, and what is still to be earned. */
  static Invitee invitee(CompiledProgram program, FriendKey key, FriendState friend) {
    Invitee.Builder shown =
        Invitee.newBuilder()
            .setInviteeId(key.inviteeId())
            .setCampaignId(friend.getCampaignId())
            .setAcceptedAt(Timestamps.fromMillis(friend.getAcceptedMs()))
            .setStage(friend.getStage())
            .setRefusal(friend.getRefusal())
            .setReview(friend.getReview())
            .addAllEvidence(friend.getEvidenceList());
    friend.getStepsList().forEach(step -> shown.addSteps(step(step)));
    boolean goesOn =
        friend.getRefusal() == InviteRefusal.INVITE_REFUSAL_UNSPECIFIED
            && friend.getReview() != ReviewState.REVIEW_STATE_REJECTED;
    if (goesOn) {
      program
          .get(ReferralSection.class)
          .campaign(friend.getCampaignId())
          .ifPresent(campaign -> addAhead(campaign.getRulesList(), friend, shown));
    }
    return shown.build();
  }

  static ReferralReview review(CompiledProgram program, FriendKey key, FriendState friend) {
    ReferralReview.Builder shown =
        ReferralReview.newBuilder()
            .setInviterId(key.viewer().viewerId())
            .setInvitee(invitee(program, key, friend))
            .addAllEvidence(friend.getEvidenceList())
            .setFlaggedAt(Timestamps.fromMillis(friend.getFlaggedMs()))
            .setState(friend.getReview())
            .setDecidedBy(friend.getDecidedBy())
            .setNote(friend.getNote());
    if (friend.getDecidedMs() > 0) {
      shown.setDecidedAt(Timestamps.fromMillis(friend.getDecidedMs()));
    }
    return shown.build();
  }

  private static InviteeStep step(StepRecord step) {
    InviteeStep.Builder shown =
        InviteeStep.newBuilder()
            .setStage(step.getStage())
            .setMinutes(step.getMinutes())
            .setOrderId(step.getOrderId())
            .setReachedAt(Timestamps.fromMillis(step.getAtMs()))
            .setState(StepState.STEP_STATE_PAID);
    for (RulePayment payment : step.getPaymentsList()) {
      shown.addAllRewards(payment.getRewardsList());
      if (payment.getState() != StepState.STEP_STATE_PAID) {
        shown.setState(payment.getState());
      }
    }
    return shown.build();
  }

  private static void addAhead(
      List<ReferralRule> rules, FriendState friend, Invitee.Builder shown) {
    for (ReferralRule rule : rules) {
      InviteeStage stage = Campaigns.stageOf(rule.getOn());
      boolean isReached =
          friend.getStepsList().stream()
              .anyMatch(step -> step.getStage() == stage && step.getMinutes() == rule.getMinutes());
      List<Reward> rewards = rule.getInviterList();
      if (!isReached && (!rewards.isEmpty() || rule.getPointsPer100Minor() > 0)) {
        shown.addSteps(
            InviteeStep.newBuilder()
                .setStage(stage)
                .setMinutes(rule.getMinutes())
                .addAllRewards(rewards)
                .setState(StepState.STEP_STATE_AHEAD));
      }
    }
  }
}
