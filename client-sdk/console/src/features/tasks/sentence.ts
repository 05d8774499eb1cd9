import { CountBy, Trigger } from "@flywheel/client";
import { countText } from "@flywheel/look";
import { getAt, type Fields, type Value } from "../../program/document.js";
import type { FormSay } from "../../program/part.js";
import { list, rewardsOfSteps, shown } from "../../program/sentence.js";
import { seconds } from "../../program/typed.js";

/** A task in a line: "每日 · 点赞 10 / 100 / 300 → 2 / 5 / 10 积分". */
export function taskSentence(task: Fields, say: FormSay): string {
  const window = String(getAt(task, ["window", "kind"]) ?? "once");
  const trigger = String(task["trigger"] ?? "");
  const tiers = list(task["tiers"]);
  const thresholds = tiers.map((tier) => goalText(tier["threshold"], task, say)).join(" / ");
  const rewards = rewardsOfSteps(
    tiers.map((tier) => list(tier["rewards"])),
    say,
  );
  const parts = [say.t(`program.choice.WindowKind.${window}`, 1)];
  if (task["goal"] === "room") parts.push(say.t("program.choice.Goal.room", 1));
  const doing = trigger
    ? `${say.t(`program.choice.Trigger.${trigger}`, 1)} ${thresholds}`.trim()
    : thresholds;
  return `${[...parts, doing].join(" · ")} → ${rewards || say.t("program.noReward", 1)}`;
}

/** A threshold in the task's unit, as far as the draft can be understood. */
function goalText(threshold: Value, task: Fields, { language, currency }: FormSay): string {
  const goal = typeof threshold === "string" ? seconds(threshold) : threshold;
  if (typeof goal !== "number") return shown(threshold);
  const named = (value: Value) => String(value).toUpperCase();
  return countText(
    goal,
    {
      trigger: Trigger[named(task["trigger"]) as keyof typeof Trigger] ?? Trigger.UNSPECIFIED,
      countBy: CountBy[named(task["count"]) as keyof typeof CountBy] ?? CountBy.UNSPECIFIED,
    },
    currency,
    language,
  );
}
