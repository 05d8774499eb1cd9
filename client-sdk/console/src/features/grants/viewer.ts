import { rewardText } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import { count } from "../../shell/format.js";
import { language } from "../../shell/preferences.js";
import GrantList from "./GrantList.vue";
import HeldBadges from "./HeldBadges.vue";
import HeldPrivileges from "./HeldPrivileges.vue";

export default {
  figures: [
    { order: 40, label: "grants.experience", value: ({ profile }) => count(profile?.experience ?? 0n) },
  ],
  details: [
    { order: 30, component: HeldBadges },
    { order: 40, component: HeldPrivileges },
  ],
  cards: [{ column: "narrow", order: 30, component: GrantList }],
  facts: {
    grantRevoked: ({ part }, say) =>
      say("grants.fact.grantRevoked", { reward: part ? rewardText(part, language.value) : "" }),
    ticketsBooked: ({ change, balance }, say) =>
      say("grants.fact.ticketsBooked", {
        sign: change < 0n ? "−" : "+",
        amount: count(change < 0n ? -change : change),
        balance: count(balance),
      }),
    grantIssued: ({ grant }, say) =>
      say("grants.fact.grantIssued", {
        reward: grant?.reward ? rewardText(grant.reward, language.value) : "",
      }),
  },
} satisfies ViewerPart;
