import { getAt, type Fields, type Value } from "./document.js";
import type { FormSay } from "./part.js";
import { rewardTextOf } from "./parts.js";

/** How a program is spoken of: with its currency. */
export function sayOf(program: Fields, language: FormSay["language"], t: FormSay["t"]): FormSay {
  const currency = program["currency"];
  return { language, currency: typeof currency === "string" ? currency : "", t };
}

export function rewardsSummary(rewards: readonly Fields[], say: FormSay) {
  const texts = rewards.map((reward) => rewardSummary(reward, say));
  const first = rewards[0];
  const alone = rewards.length === 1 && first?.["points"] !== undefined;
  return {
    text: texts.join(" + "),
    points: alone ? shown(getAt(first, ["points", "amount"])) : undefined,
    unit: say.t("program.unit.points", 2),
  };
}

/** Rewards of each step; where all steps give points alone, their figures and the unit once. */
export function rewardsOfSteps(steps: readonly (readonly Fields[])[], say: FormSay): string {
  const rewards = steps.map((step) => rewardsSummary(step, say));
  if (rewards.length > 1 && rewards.every((reward) => reward.points !== undefined))
    return `${rewards.map((reward) => reward.points).join(" / ")} ${rewards[0]?.unit ?? ""}`;
  return rewards.map((reward) => reward.text || "—").join(" / ");
}

/** A reward as it stands in a draft, which may be unfinished: its title or id, or its amount and unit. */
export function rewardSummary(reward: Fields, say: FormSay): string {
  const kind = Object.keys(reward)[0];
  if (!kind) return say.t("program.unit.reward", 1);
  const value = reward[kind];
  const own = rewardTextOf(kind);
  if (own) return own(value, say);
  const amount = getAt(value, ["amount"]) ?? getAt(value, ["count"]);
  const name = textOf(getAt(value, ["title"]), say.language) || idOf(value);
  if (name !== undefined) return amount === undefined ? name : `${name} × ${shown(amount)}`;
  return amount === undefined ? unitOf(kind, 1, say) : `${shown(amount)} ${unitOf(kind, amount, say)}`;
}

/** The unit of a kind of reward; one that nobody has words for is called as in the contract. */
export function unitOf(kind: string, amount: Value, { t }: FormSay): string {
  const key = `program.unit.${kind}`;
  const unit = t(key, Number(amount) === 1 ? 1 : 2);
  return unit === key ? kind.replaceAll("_", " ") : unit;
}

/** What stands in the field that names something: "coupon_id". */
function idOf(value: Value): string | undefined {
  if (value === undefined || typeof value !== "object" || Array.isArray(value)) return undefined;
  const field = Object.keys(value).find((name) => name.endsWith("_id"));
  return field && shown(value[field]);
}

export function textOf(text: Value, language: FormSay["language"]): string {
  const zh = shown(getAt(text, ["zh"]) ?? "");
  const en = shown(getAt(text, ["en"]) ?? "");
  return language === "en" ? en || zh : zh || en;
}

export function list(value: Value): Fields[] {
  return Array.isArray(value) ? value.map(fieldsIn) : [];
}

/** The fields of a message; none where something else stands there. */
export function fieldsIn(value: Value): Fields {
  return typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** What something costs, in words: "100 积分". */
export function priceSummary(price: Value, say: FormSay): string {
  const kind = Object.keys(fieldsIn(price))[0];
  if (!kind) return "";
  const amount = getAt(price, [kind, kind === "points" ? "amount" : "count"]) ?? 1;
  return `${shown(amount)} ${unitOf(kind, amount, say)}`;
}

export function shown(value: Value): string {
  return value === undefined || typeof value === "object" ? "?" : String(value);
}
