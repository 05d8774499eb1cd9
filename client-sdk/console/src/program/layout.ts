import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { Fields } from "./document.js";

/** Fields that are edited together, under a heading of their own. */
export interface Group {
  /** Names the heading in the dictionaries; empty: none. */
  readonly key: string;
  readonly fields: readonly string[];
  /** Whether most programs leave them alone, so that they begin folded. */
  readonly rare?: boolean;
}

/** What the form shows of each message, in order. Messages that are not named here are shown as they are declared. */
const GROUPS: Record<string, readonly Group[]> = {
  "flywheel.v1.Program": [
    { key: "basics", fields: ["name", "time_zone", "day_starts_at"] },
    { key: "presence", fields: ["presence"] },
    { key: "checkIn", fields: ["check_in"] },
    { key: "tasks", fields: ["tasks"] },
  ],
  "flywheel.v1.CheckInRules": [
    { key: "streak", fields: ["calendar", "mode", "method"] },
    { key: "consecutive", fields: ["consecutive"] },
    { key: "cumulative", fields: ["cumulative"] },
    { key: "leniency", fields: ["make_up_days", "max_freezes", "outside_rooms", "viewer_time_zone"] },
  ],
  "flywheel.v1.Task": [
    { key: "what", fields: ["title", "id"] },
    { key: "counts", fields: ["trigger", "custom", "of_task", "count", "window"] },
    { key: "tiers", fields: ["tiers", "payout", "repeat"] },
    { key: "who", fields: ["goal", "requires", "hidden", "audience"] },
    { key: "narrower", fields: ["condition", "rooms"], rare: true },
    { key: "limits", fields: ["rate_limit", "cap", "budget"], rare: true },
  ],
};

export function groupsOf(message: DescMessage): readonly Group[] {
  return GROUPS[message.typeName] ?? [{ key: "", fields: message.fields.map((field) => field.name) }];
}

/** Whether a field means anything beside the others; one that is set is always shown. */
export function isRelevant(field: DescField, values: Fields): boolean {
  if (values[field.name] !== undefined) return true;
  const trigger = values["trigger"];
  switch (`${field.parent.name}.${field.name}`) {
    case "Task.custom":
      return trigger === "custom";
    case "Task.of_task":
      return trigger === "tier_reached" || trigger === "task_completed";
    case "Window.starts_at":
    case "Window.ends_at":
      return values["kind"] === "custom";
    case "CheckInRules.make_up_days":
    case "CheckInRules.outside_rooms":
      return values["calendar"] !== "broadcasts";
    default:
      return true;
  }
}

/** The triggers that each way of counting is for; those that are not named are for all. */
export function isPossible(field: DescField, choice: string, values: Fields): boolean {
  if (field.parent.name === "Task" && field.name === "count") {
    const trigger = values["trigger"];
    if (choice === "seconds") return trigger === "watch";
    if (choice === "distinct_texts") return trigger === "comment";
    if (choice === "amount")
      return ["order", "repurchase", "custom", "points_earned"].includes(String(trigger));
  }
  if (field.name === "per" && field.enum) return ["once", "day", "week"].includes(choice);
  return true;
}
