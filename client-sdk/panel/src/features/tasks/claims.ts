import { TaskService, TaskState, type TaskCause, type TaskProgress } from "@flywheel/client";
import type { PanelRoom } from "../../core/room.js";
import { tasks, type Tasks } from "./state.js";

/** A tier that waits to be claimed, in the present window or in an earlier one. */
export interface Claim {
  readonly key: string;
  readonly taskId: string;
  readonly tier: number;
  readonly window: string;
}

/** The lowest tier of a task that waits to be claimed. */
export function claimOf({ taskId, state, tiers, window }: TaskProgress): Claim | undefined {
  const tier = state === TaskState.TO_CLAIM ? tiers.findIndex((each) => each.reached && !each.settled) : -1;
  return tier >= 0 ? claim({ taskId, tier, window }) : undefined;
}

/** All that can be claimed; one for all rounds of a tier in a window, for they are claimed together. */
export function claims(state: Tasks): readonly Claim[] {
  const present = state.tasks
    .filter((task) => task.state === TaskState.TO_CLAIM)
    .flatMap(({ taskId, window, tiers }) =>
      tiers.flatMap((each, tier) => (each.reached && !each.settled ? [claim({ taskId, tier, window })] : [])),
    );
  const all = new Map([...earlierClaims(state), ...present].map((each) => [each.key, each]));
  return [...all.values()];
}

/** What can be claimed of earlier windows and rounds. */
export function earlierClaims({ unclaimed }: Tasks): readonly Claim[] {
  return [...new Map(unclaimed.map(claim).map((each) => [each.key, each])).values()];
}

function claim({ taskId, tier, window }: Pick<TaskCause, "taskId" | "tier" | "window">): Claim {
  return { key: `${taskId}/${tier}/${window}`, taskId, tier, window };
}

/** Claims a tier. */
export async function take(room: PanelRoom, { taskId, tier, window }: Claim): Promise<void> {
  try {
    const { facts } = await room.service(TaskService).claimTaskReward({ taskId, tier, window });
    room.take(facts);
  } finally {
    room.refresh(tasks);
  }
}

/** Claims all of it, one after the other. Goes on where one fails, and throws the first failure in the end. */
export async function takeAll(room: PanelRoom, all: readonly Claim[]): Promise<void> {
  const failures: unknown[] = [];
  for (const each of all) {
    await take(room, each).catch((failure: unknown) => failures.push(failure));
  }
  if (failures.length > 0) throw failures[0];
}
