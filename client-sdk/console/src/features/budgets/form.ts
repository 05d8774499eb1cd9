import { formPart } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, textOf } from "../../program/sentence.js";
import { words } from "./form.words.js";

export default formPart({
  words,
  sections: [{ order: 90, fields: ["budgets"] }],
  groups: {
    CampaignBudget: [
      { key: "what", fields: ["title", "id"] },
      { key: "caps", fields: ["points", "coupons", "value_minor"] },
      { key: "where", fields: ["per", "each_viewer", "sources"] },
    ],
  },
  items: {
    CampaignBudget: (before) => ({
      id: freeId("budget", before),
      title: { zh: "每日预算", en: "Budget of a day" },
      per: "day",
      points: 100_000,
    }),
  },
  sentences: { budgets: (budget, say) => textOf(budget["title"], say.language) },
  summary: (program, { t }) => {
    const count = list(program["budgets"]).length;
    return count > 0 ? t("program.summary.budgets", count) : "";
  },
  mistakes: [
    [/^no cap$/, "没有上限"],
    [/^points, coupons or value_minor$/, "积分 points、优惠券 coupons 或价值 value_minor 中至少一项"],
  ],
});
