import type { ViewerPart } from "../../core/feature.js";
import ViewerInvitees from "./ViewerInvitees.vue";

export default {
  cards: [{ column: "wide", order: 60, component: ViewerInvitees }],
  facts: {
    inviteAccepted: ({ inviterId }, say) => say("referral.fact.invited", { inviter: inviterId }),
    inviteeEntered: ({ inviteeId }, say) => say("referral.fact.entered", { invitee: inviteeId }),
    inviteeStayed: ({ inviteeId, minutes }, say) =>
      say("referral.fact.stayed", { invitee: inviteeId, minutes }),
    gatheringMoved: ({ ruleId, joined, people }, say) =>
      say("referral.fact.gathering", { rule: ruleId, joined, people }),
    inviteeOrdered: ({ inviteeId }, say) => say("referral.fact.ordered", { invitee: inviteeId }),
  },
} satisfies ViewerPart;
