import { getAt, type Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, rewardsOfSteps, textOf } from "../../program/sentence.js";
import { words } from "./form.words.js";

/** A season in a line: "月度赛季：30 阶 → 5 / 50 积分". */
function seasonSentence(season: Fields, say: FormSay): string {
  const tiers = list(season["tiers"]);
  const rewards = rewardsOfSteps(
    tiers.map((tier) => [...list(tier["rewards"]), ...list(tier["paid_rewards"])]),
    say,
  );
  const many = `${textOf(season["title"], say.language)} · ${say.t("program.summary.tiers", tiers.length)}`;
  return rewards ? `${many} → ${rewards}` : many;
}

export default formPart({
  words,
  sections: [{ order: 56, fields: ["seasons"] }],
  groups: {
    Season: [
      { key: "what", fields: ["title", "id", "period", "starts_at", "ends_at"] },
      { key: "tiers", fields: ["tiers"] },
      { key: "paid", fields: ["paid_privilege_id", "payout"] },
      { key: "late", fields: ["lateness"], rare: true },
    ],
    SeasonTier: [{ key: "what", fields: ["id", "experience", "rewards", "paid_rewards"] }],
  },
  relevant: {
    "Season.starts_at": ({ period }) => period === undefined || period === "fixed",
    "Season.ends_at": ({ period }) => period === undefined || period === "fixed",
  },
  items: {
    Season: (before) => ({
      id: freeId("season", before),
      title: { zh: "月度赛季", en: "Season of the month" },
      period: "month",
      payout: "on_claim",
      tiers: [{ id: "tier-1", experience: 100, rewards: [{ points: 10 }] }],
    }),
    SeasonTier: (before) => {
      const last = getAt(before.at(-1), ["experience"]);
      return {
        id: freeId("tier", before),
        experience: typeof last === "number" ? last + 100 : 100,
        rewards: [{ points: 10 }],
      };
    },
  },
  sentences: { seasons: seasonSentence },
  summary: (program, { t }) => {
    const count = list(getAt(program, ["seasons"])).length;
    return count > 0 ? t("program.summary.seasons", count) : "";
  },
  mistakes: [
    [/^a time, or the period month or quarter$/, "填写时间，或改用自然月、自然季度"],
    [/^nothing; it is only for the period fixed$/, "留空；只有固定日期的赛季才填写"],
    [/^an id that no other tier of the season has$/, "与本赛季其他阶位不同的编号"],
    [/^nothing, or paid_privilege_id: what opens the paid track$/, "留空；或先填写解锁进阶奖励的特权"],
    [/^paid_rewards of at least one tier, or nothing$/, "至少一个阶位有进阶奖励；否则留空"],
    [/^(.+), for it has begun; another season has another id$/, "$1；赛季已开始，新的赛季请换一个编号"],
    [/^a time to come, for the season has begun$/, "赛季已开始，结束时间须在将来"],
  ],
});
