import { CountBy, Trigger } from "@flywheel/client";
import { countText, type Language } from "@flywheel/look";
import { getAt, type Fields, type Value } from "./document.js";
import { seconds } from "./typed.js";

/** How the words of a sentence are found, in the form for a number of things: i18n's `t`. */
export type Words = (key: string, plural: number) => string;

/** A task in a line: "每日 · 点赞 10 / 100 / 300 → 2 / 5 / 10 积分". */
export function taskSentence(task: Fields, language: Language, t: Words): string {
  const window = String(getAt(task, ["window", "kind"]) ?? "once");
  const trigger = String(task["trigger"] ?? "");
  const tiers = list(task["tiers"]);
  const thresholds = tiers.map((tier) => goalText(tier["threshold"], task, language)).join(" / ");
  const rewards = tiers.map((tier) => rewardsSummary(list(tier["rewards"]), language, t));
  const parts = [t(`program.choice.WindowKind.${window}`, 1)];
  if (task["goal"] === "room") parts.push(t("program.choice.Goal.room", 1));
  const doing = trigger ? `${t(`program.choice.Trigger.${trigger}`, 1)} ${thresholds}`.trim() : thresholds;
  return `${[...parts, doing].join(" · ")} → ${joined(rewards) || t("program.noReward", 1)}`;
}

/** A threshold in the task's unit, as far as the draft can be understood. */
function goalText(threshold: Value, task: Fields, language: Language): string {
  const goal = typeof threshold === "string" ? seconds(threshold) : threshold;
  if (typeof goal !== "number") return shown(threshold);
  const named = (value: Value) => String(value).toUpperCase();
  return countText(
    goal,
    {
      trigger: Trigger[named(task["trigger"]) as keyof typeof Trigger] ?? Trigger.UNSPECIFIED,
      countBy: CountBy[named(task["count"]) as keyof typeof CountBy] ?? CountBy.UNSPECIFIED,
    },
    language,
  );
}

/** Rewards of each tier; where all tiers give points alone, their figures and the unit once. */
function joined(rewards: readonly { text: string; points: string | undefined; unit: string }[]): string {
  if (rewards.length > 1 && rewards.every((reward) => reward.points !== undefined))
    return `${rewards.map((reward) => reward.points).join(" / ")} ${rewards[0]?.unit ?? ""}`;
  return rewards.map((reward) => reward.text || "—").join(" / ");
}

export function rewardsSummary(rewards: readonly Fields[], language: Language, t: Words) {
  const texts = rewards.map((reward) => rewardSummary(reward, language, t));
  const first = rewards[0];
  const alone = rewards.length === 1 && first?.["points"] !== undefined;
  return {
    text: texts.join(" + "),
    points: alone ? shown(getAt(first, ["points", "amount"])) : undefined,
    unit: t("program.unit.points", 2),
  };
}

/** A reward as it stands in a draft, which may be unfinished. */
export function rewardSummary(reward: Fields, language: Language, t: Words): string {
  const kind = Object.keys(reward)[0];
  if (!kind) return t("program.unit.reward", 1);
  const value = reward[kind];
  const amount = getAt(value, ["amount"]) ?? getAt(value, ["count"]);
  const unit = t(`program.unit.${kind}`, Number(amount) === 1 ? 1 : 2);
  if (kind === "points" || kind === "experience") return `${shown(amount)} ${unit}`;
  if (kind === "make_up_card" || kind === "freeze") return `${unit} × ${shown(amount)}`;
  const id = getAt(value, ["coupon_id"]) ?? getAt(value, ["badge_id"]) ?? getAt(value, ["privilege_id"]);
  const name = textOf(getAt(value, ["title"]), language) || shown(id ?? getAt(value, ["lottery_id"]));
  if (kind === "ticket") return `${name}${language === "zh" ? "券" : ` ${unit}`} × ${shown(amount ?? 1)}`; // 每周抽奖券, not 每周抽奖抽奖券
  return name || unit;
}

export function textOf(text: Value, language: Language): string {
  const zh = shown(getAt(text, ["zh"]) ?? "");
  const en = shown(getAt(text, ["en"]) ?? "");
  return language === "en" ? en || zh : zh || en;
}

export function list(value: Value): Fields[] {
  return Array.isArray(value)
    ? value.map((item) => (typeof item === "object" && !Array.isArray(item) ? item : {}))
    : [];
}

function shown(value: Value): string {
  return value === undefined || typeof value === "object" ? "?" : String(value);
}
