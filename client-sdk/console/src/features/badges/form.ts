import { getAt, type Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, rewardsOfSteps } from "../../program/sentence.js";
import { words } from "./form.words.js";

const isCounted = (badge: Fields) => badge["metric"] !== undefined;
const isOfOneThing = (badge: Fields) => badge["counted"] === "for_one_thing";
const isHidden = (badge: Fields) => badge["hidden"] === true;

/** A badge in a line: "点赞 · 10 / 100 → 5 / 50 积分". */
function badgeSentence(badge: Fields, say: FormSay): string {
  const trigger = getAt(badge, ["metric", "trigger"]);
  const counted = trigger === undefined ? "" : say.t(`program.choice.Trigger.${String(trigger)}`, 1);
  const tiers = list(badge["tiers"]);
  const thresholds = tiers.map((tier) => String(tier["threshold"] ?? "")).join(" / ");
  const rewards = rewardsOfSteps(
    tiers.map((tier) => list(tier["rewards"])),
    say,
  );
  const what = [counted, thresholds].filter(Boolean).join(" · ");
  return rewards ? `${what} → ${rewards}` : what;
}

export default formPart({
  words,
  sections: [{ order: 57, fields: ["badges"] }],
  groups: {
    Badge: [
      { key: "what", fields: ["title", "id", "description", "picture_url"] },
      { key: "counts", fields: ["metric", "counted", "thing", "tiers"] },
      { key: "hidden", fields: ["hidden", "riddle"] },
      { key: "finer", fields: ["window", "starts_at", "ends_at"], rare: true },
    ],
  },
  relevant: {
    "Badge.tiers": isCounted,
    "Badge.counted": isCounted,
    "Badge.window": isCounted,
    "Badge.starts_at": isCounted,
    "Badge.ends_at": isCounted,
    "Badge.thing": isOfOneThing,
    "Badge.riddle": isHidden,
  },
  conditions: ["Badge.thing"],
  durations: { "BadgeTier.threshold": (badge) => getAt(badge, ["metric", "trigger"]) === "watch" },
  items: {
    Badge: (before) => ({
      id: freeId("badge", before),
      title: { zh: "点赞达人", en: "Liker" },
      metric: { trigger: "like" },
      tiers: [{ threshold: 100 }],
    }),
    BadgeTier: (before) => {
      const last = getAt(before.at(-1), ["threshold"]);
      return { threshold: typeof last === "number" ? last * 10 : 10 };
    },
  },
  sentences: { badges: badgeSentence },
  summary: (program, { t }) => {
    const count = list(program["badges"]).length;
    return count > 0 ? t("program.summary.badges", count) : "";
  },
  mistakes: [
    [/^nothing; only a hidden badge gives a riddle$/, "不填；只有隐藏徽章才有谜题"],
    [/^nothing; the badge has no metric$/, "不填；没有计数规则的徽章只能发放"],
    [/^1 to 10 elements; something is counted$/, "1 到 10 档；有计数规则时必填"],
    [
      /^nothing; days in a row are counted whatever else is$/,
      "不填；连续天数只看每天是否发生（counted: days_in_a_row）",
    ],
    [
      /^once, week or custom; days in a row are of several days$/,
      "一次性 once、每周 week 或限时 custom；连续天数要跨多天",
    ],
    [/^an expression that gives the thing's id$/, "表达式，给出对象的编号"],
    [
      /^times, amount or seconds; of one thing a sum is kept$/,
      "times、amount 或 seconds；每个对象只累加一个数",
    ],
    [/^nothing; it is only for counted: for_one_thing$/, "不填；仅用于 counted: for_one_thing"],
    [/^more than the tier before, (.+)$/, "大于上一档（$1）"],
    [/^a time after starts_at, (.+)$/, "晚于 starts_at（$1）"],
    [/^at most (.+); so many are told apart$/, "不超过 $1；最多区分这么多"],
    [
      /^a whole number; durations are for badges that count seconds of watch time$/,
      "整数；只有按观看时长计的徽章可以写时长",
    ],
  ],
});
