import { getAt, type Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, rewardsOfSteps } from "../../program/sentence.js";
import { words } from "./form.words.js";

/** The levels in a line: "3 级 → 5 / 50 积分". */
function levelsSentence(levels: Fields, say: FormSay): string {
  const all = list(levels["levels"]);
  const rewards = rewardsOfSteps(
    all.map((level) => list(level["rewards"])),
    say,
  );
  const many = say.t("program.summary.levels", all.length);
  return rewards ? `${many} → ${rewards}` : many;
}

export default formPart({
  words,
  sections: [{ order: 55, fields: ["levels"] }],
  groups: {
    LevelRules: [
      { key: "ladder", fields: ["levels"] },
      { key: "curve", fields: ["curve"], rare: true },
      { key: "decay", fields: ["decay"], rare: true },
    ],
    LevelDecay: [
      { key: "when", fields: ["after", "every"] },
      { key: "what", fields: ["percent", "amount"] },
      { key: "bounds", fields: ["floor_level_id", "floor_experience", "demotes"] },
    ],
    Level: [{ key: "what", fields: ["title", "id", "experience", "rewards"] }],
  },
  items: {
    Level: (before) => {
      const last = getAt(before.at(-1), ["experience"]);
      return {
        id: freeId("level", before),
        title: { zh: `${before.length + 1} 级`, en: `Level ${before.length + 1}` },
        experience: typeof last === "number" ? last * 2 : 100,
      };
    },
  },
  sentences: { levels: levelsSentence },
  review: () => import("./LevelsReview.vue"),
  summary: (program, { t }) => {
    const count = list(getAt(program, ["levels", "levels"])).length;
    return count > 0 ? t("program.summary.levels", count) : "";
  },
  mistakes: [
    [/^a number, or a curve for all levels$/, "数字；或为所有等级设置递增规则（curve）"],
    [/^more than the level before, (.+)$/, "大于上一级（$1）"],
    [/^at most (.+); a slower growth$/, "不超过 $1；请调低增长"],
    [/^nothing beside percent$/, "已填百分比（percent），此处留空"],
    [/^percent or amount: what is lost each time$/, "百分比（percent）或数量（amount）之一：每次减少多少"],
    [/^nothing beside floor_level_id$/, "已填保底等级（floor_level_id），此处留空"],
    [/^the id of a level(?:; did you mean (.+)\?)?$/, "方案里的等级编号"],
  ],
});
