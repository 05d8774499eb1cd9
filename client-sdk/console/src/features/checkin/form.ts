import { getAt, type Value } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { shown, unitOf } from "../../program/sentence.js";
import { words } from "./form.words.js";

/** "断签保护 × 2" */
const several = (kind: string) => (reward: Value, say: FormSay) => {
  const amount = getAt(reward, ["count"]);
  return `${unitOf(kind, amount, say)} × ${shown(amount)}`;
};

export default formPart({
  words,
  sections: [{ order: 20, fields: ["check_in"] }],
  groups: {
    CheckInRules: [
      { key: "streak", fields: ["calendar", "mode", "method"] },
      { key: "consecutive", fields: ["consecutive"] },
      { key: "cumulative", fields: ["cumulative"] },
      { key: "leniency", fields: ["make_up_days", "max_freezes", "outside_rooms", "viewer_time_zone"] },
    ],
  },
  relevant: {
    "CheckInRules.make_up_days": (rules) => rules["calendar"] !== "broadcasts",
    "CheckInRules.outside_rooms": (rules) => rules["calendar"] !== "broadcasts",
  },
  beginnings: {
    "Program.check_in": () => ({ consecutive: [{ count: 1, rewards: [{ points: 10 }] }] }),
    "Price.make_up_card": () => ({ count: 1 }),
    "Price.freeze": () => ({ count: 1 }),
  },
  items: {
    StreakReward: (before) => {
      const last = getAt(before.at(-1), ["count"]);
      return { count: typeof last === "number" ? last * 2 : 1, rewards: [{ points: 10 }] };
    },
  },
  rewardTexts: { make_up_card: several("make_up_card"), freeze: several("freeze") },
  summary: (program, { t }) => {
    const rules = program["check_in"];
    if (rules === undefined) return t("program.summary.checkInNone", 1);
    return t(
      getAt(rules, ["calendar"]) === "broadcasts"
        ? "program.summary.checkInBroadcasts"
        : "program.summary.checkInDays",
      1,
    );
  },
  mistakes: [
    [/^more than the count before, (.+)$/, "大于上一项（$1）"],
    [/^rewards; the last count is the size of the stamp card$/, "奖励；最后一项的次数即集章卡的格数"],
    [/^nothing; it is only for the calendar of days$/, "不填；仅用于按自然日签到（days）"],
  ],
});
