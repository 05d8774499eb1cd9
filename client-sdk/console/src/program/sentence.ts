import type { Language } from "@flywheel/look";
import { getAt, type Fields, type Value } from "./document.js";

/** How the words of a sentence are found: i18n's `t`. */
export type Words = (key: string) => string;

/** A task in a line: "每日 · 点赞 10 / 100 / 300 次 → 2 / 5 / 10 积分". */
export function taskSentence(task: Fields, language: Language, t: Words): string {
  const window = String(getAt(task, ["window", "kind"]) ?? "once");
  const trigger = String(task["trigger"] ?? "");
  const tiers = list(task["tiers"]);
  const thresholds = tiers.map((tier) => shown(tier["threshold"])).join(" / ");
  const rewards = tiers.map((tier) => rewardsSummary(list(tier["rewards"]), language, t));
  const parts = [t(`program.choice.WindowKind.${window}`)];
  if (task["goal"] === "room") parts.push(t("program.choice.Goal.room"));
  const doing = trigger ? `${t(`program.choice.Trigger.${trigger}`)} ${thresholds}`.trim() : thresholds;
  return `${[...parts, doing].join(" · ")} → ${joined(rewards) || t("program.noReward")}`;
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
    unit: t("program.unit.points"),
  };
}

/** A reward as it stands in a draft, which may be unfinished. */
export function rewardSummary(reward: Fields, language: Language, t: Words): string {
  const kind = Object.keys(reward)[0];
  if (!kind) return t("program.unit.reward");
  const value = reward[kind];
  const amount = getAt(value, ["amount"]) ?? getAt(value, ["count"]);
  const unit = t(`program.unit.${kind}`);
  if (kind === "points" || kind === "experience") return `${shown(amount)} ${unit}`;
  if (kind === "make_up_card" || kind === "freeze") return `${unit} × ${shown(amount)}`;
  const id = getAt(value, ["coupon_id"]) ?? getAt(value, ["badge_id"]) ?? getAt(value, ["privilege_id"]);
  const name = textOf(getAt(value, ["title"]), language) || shown(id ?? getAt(value, ["lottery_id"]));
  return kind === "ticket" ? `${name} ${unit} × ${shown(amount ?? 1)}` : name || unit;
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
