import { getAt } from "../../program/document.js";
import { formPart } from "../../program/part.js";
import { shown, textOf, unitOf } from "../../program/sentence.js";
import { words } from "./form.words.js";

export default formPart({
  words,
  rewards: {
    experience: () => 10,
    coupon: () => ({ coupon_id: "coupon-1", title: { zh: "优惠券", en: "Coupon" } }),
    badge: () => ({ badge_id: "badge-1", title: { zh: "徽章", en: "Badge" } }),
    privilege: () => ({ privilege_id: "vip", title: { zh: "VIP", en: "VIP" }, valid_for: "30d" }),
    ticket: () => ({ lottery_id: "lottery-1", title: { zh: "抽奖", en: "Draw" }, count: 1 }),
  },
  rewardTexts: {
    ticket: (ticket, say) => {
      const name = textOf(getAt(ticket, ["title"]), say.language) || shown(getAt(ticket, ["lottery_id"]));
      const amount = getAt(ticket, ["count"]) ?? 1;
      const unit = say.language === "zh" ? "券" : ` ${unitOf("ticket", amount, say)}`; // 每周抽奖券, not 每周抽奖抽奖券
      return `${name}${unit} × ${shown(amount)}`;
    },
  },
});
