import { Goal, TaskState, Trigger, type TaskProgress } from "@flywheel/client";
import type { Deed } from "../../core/deeds.js";
import type { texts } from "./texts.js";

interface Step {
  /** What the viewer can be led to, or the tab where it is done. */
  readonly deed: Deed | "checkIn";
  readonly label: keyof typeof texts.zh;
}

/** What the viewer does for a task, if it is something that the viewer can be led to. */
const steps: Partial<Record<Trigger, Step>> = {
  [Trigger.LIKE]: { deed: "like", label: "goLike" },
  [Trigger.COMMENT]: { deed: "comment", label: "goComment" },
  [Trigger.SHARE]: { deed: "share", label: "goShare" },
  [Trigger.FOLLOW]: { deed: "follow", label: "goFollow" },
  [Trigger.ORDER]: { deed: "order", label: "goOrder" },
  [Trigger.REPURCHASE]: { deed: "order", label: "goOrder" },
  [Trigger.CLICK]: { deed: "click", label: "goClick" },
  [Trigger.LEAD]: { deed: "lead", label: "goLead" },
  [Trigger.CHECK_IN]: { deed: "checkIn", label: "goCheckIn" },
  [Trigger.JOIN_GROUP]: { deed: "joinGroup", label: "goJoin" },
};

/** The one thing to do for a task now. */
export function stepOf({ state, trigger, goal, missing }: TaskProgress): Step | undefined {
  const isOpen = state === TaskState.OPEN && (missing > 0n || goal === Goal.ROOM);
  return isOpen ? steps[trigger] : undefined;
}
