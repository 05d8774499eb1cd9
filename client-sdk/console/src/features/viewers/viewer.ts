import { priceText, rewardText } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import { count, money } from "../../shell/format.js";
import { language } from "../../shell/preferences.js";
import FirstSeen from "./FirstSeen.vue";

export default {
  figures: [
    {
      order: 30,
      label: "viewers.orders",
      value: ({ profile }) => count(profile?.orders ?? 0n),
      note: ({ profile }, say) => `${say("viewers.spent")} ${money(profile?.orderedMinor ?? 0n)}`,
    },
  ],
  details: [{ order: 20, component: FirstSeen }],
  facts: {
    rewardGiven: ({ reward }, say) =>
      say("viewers.fact.rewardGiven", { reward: reward ? rewardText(reward, language.value) : "" }),
    priceCharged: ({ price }, say) =>
      say("viewers.fact.priceCharged", { price: price ? priceText(price, language.value) : "" }),
    priceRefunded: ({ part }, say) =>
      say("viewers.fact.priceRefunded", { price: part ? priceText(part, language.value) : "" }),
    rewardRevoked: ({ part }, say) =>
      say("viewers.fact.rewardRevoked", { reward: part ? rewardText(part, language.value) : "" }),
    orderCompleted: ({ orderId }, say) => say("viewers.fact.orderCompleted", { order: orderId }),
    orderRefunded: ({ orderId }, say) => say("viewers.fact.orderRefunded", { order: orderId }),
    rewardWithheld: (_, say) => say("viewers.fact.rewardWithheld"),
  },
} satisfies ViewerPart;
