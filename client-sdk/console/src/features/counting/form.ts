import type { Fields } from "../../program/document.js";
import { formPart } from "../../program/part.js";
import { words } from "./form.words.js";

const WITH_AMOUNTS = ["order", "repurchase", "custom", "points_earned", "invitee_ordered"];
const WITH_KEYS = ["click", "share"];

const isCustom = (counted: Fields) => counted["trigger"] === "custom";
const isOfTasks = (counted: Fields) =>
  ["tier_reached", "task_completed"].includes(String(counted["trigger"]));

/** The triggers that each way of counting is for; those that are not named are for all. */
function isCountable(count: string, counted: Fields): boolean {
  const trigger = String(counted["trigger"]);
  if (count === "seconds") return trigger === "watch";
  if (count === "distinct_texts") return trigger === "comment";
  if (count === "distinct_keys") return WITH_KEYS.includes(trigger);
  if (count === "distinct_invitees") return trigger.startsWith("invitee_");
  return count !== "amount" || WITH_AMOUNTS.includes(trigger);
}

const perStretch = (choice: string) => ["once", "day", "week"].includes(choice);

/** What counts, the same for tasks and for every other feature that counts. */
export default formPart({
  words,
  relevant: {
    "Task.custom": isCustom,
    "Metric.custom": isCustom,
    "Task.of_task": isOfTasks,
    "Metric.of_task": isOfTasks,
  },
  possible: {
    "Task.count": isCountable,
    "Metric.count": isCountable,
    "Cap.per": perStretch,
    "Budget.per": perStretch,
    "ItemLimit.per": perStretch,
  },
  required: ["Task.trigger", "Metric.trigger"],
  conditions: ["Task.condition", "Task.audience", "Metric.condition"],
  references: { "Task.of_task": "tasks", "Metric.of_task": "tasks" },
});
