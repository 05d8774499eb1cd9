import { getAt, type Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, textOf } from "../../program/sentence.js";
import { words } from "./form.words.js";

/** The boosters in a line: "双倍积分 ×2, 铁粉加成 ×1.5". */
function boostersSentence(rules: Fields, say: FormSay): string {
  return list(rules["boosters"])
    .map((booster) => {
      const percent = booster["percent"];
      const factor = typeof percent === "number" ? ` ×${percent / 100}` : "";
      return textOf(booster["title"], say.language) + factor;
    })
    .join(", ");
}

export default formPart({
  words,
  sections: [{ order: 57, fields: ["boosters"] }],
  groups: {
    BoosterRules: [
      { key: "all", fields: ["boosters"] },
      { key: "stacking", fields: ["stacking", "max_percent"], rare: true },
    ],
    Booster: [
      { key: "what", fields: ["title", "id", "percent", "multiplies", "sources"] },
      { key: "who", fields: ["host_starts_for", "privilege_id", "audience"] },
      { key: "when", fields: ["starts_at", "ends_at"] },
    ],
  },
  conditions: ["Booster.audience"],
  items: {
    Booster: (before) => ({
      id: freeId("booster", before),
      title: { zh: "双倍积分", en: "Double points" },
      percent: 200,
    }),
  },
  sentences: { boosters: boostersSentence },
  summary: (program, { t }) => {
    const count = list(getAt(program, ["boosters", "boosters"])).length;
    return count > 0 ? t("program.summary.boosters", count) : "";
  },
  mistakes: [
    [
      /^the id of a privilege that the program gives(?:; did you mean (.+)\?)?$/,
      "方案里有奖励发放的特权编号",
    ],
    [/^at most max_percent, (.+)$/, "不超过合计上限 max_percent（$1）"],
  ],
});
