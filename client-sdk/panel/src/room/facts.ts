import {
  TaskState,
  type Fact,
  type TaskProgress,
  type TaskProgressed,
  type TierReached,
} from "@flywheel/client";
import type { PanelState } from "./state.js";
import { millisOf, type Timestamp } from "./time.js";

/** What has to be read again, for a fact tells that it changed and not how it stands now. */
export interface Stale {
  readonly tasks: boolean;
  readonly checkIn: boolean;
}

/** What has to be read for either reason. */
export function both(one: Stale, other: Stale): Stale {
  return { tasks: one.tasks || other.tasks, checkIn: one.checkIn || other.checkIn };
}

/**
 * The state after some facts. Each fact may come twice, from the answer to the viewer's own call and from the watch, in any
 * order; facts bear results (a count, a balance), so that the second one changes nothing.
 */
export function withFacts(state: PanelState, facts: readonly Fact[]): PanelState {
  return facts.reduce(withFact, state);
}

export function staleAfter(state: PanelState, facts: readonly Fact[]): Stale {
  const tasks = facts.some(({ what, occurredAt }) => {
    switch (what.case) {
      case "tierReached":
      case "taskCompleted":
      case "taskUnlocked":
      case "rewardWithheld":
      case "roomGoalReached":
      case "roomEntered":
        return true;
      case "rewardGiven":
        return what.value.cause?.what.case === "task";
      case "taskProgressed":
        return !state.tasks.some(
          (task) => isOf(task, what.value) && !isLate(state, task, what.value, occurredAt),
        );
      default:
        return false;
    }
  });
  const checkIn = facts.some(
    ({ what }) =>
      what.case === "checkedIn" ||
      what.case === "roomEntered" ||
      (what.case === "grantIssued" && isForStreaks(what.value.grant?.reward?.kind.case)),
  );
  return { tasks, checkIn };
}

/** Whether an action that happened earlier than the latest one, and came after it, has counted. */
function isLate(
  state: PanelState,
  task: TaskProgress,
  { count }: TaskProgressed,
  occurredAt: Timestamp | undefined,
): boolean {
  return count > task.count && millisOf(occurredAt) < (state.toldAtMillis[task.taskId] ?? 0);
}

function isForStreaks(kind: string | undefined): boolean {
  return kind === "makeUpCard" || kind === "freeze";
}

function withFact(state: PanelState, fact: Fact): PanelState {
  const { what } = fact;
  switch (what.case) {
    case "pointsBooked": {
      const { balance, pending, entryNumber } = what.value;
      if (state.points && entryNumber < state.points.entryNumber) {
        return state;
      }
      const lapsing = { expiring: state.points?.expiring ?? 0n, expiresAt: state.points?.expiresAt };
      return { ...state, points: { ...lapsing, balance, pending, entryNumber } };
    }
    case "grantIssued": {
      const grant = what.value.grant;
      const known = !grant || state.grants.some((other) => other.grantNumber === grant.grantNumber);
      return known ? state : { ...state, grants: [grant, ...state.grants] };
    }
    case "taskProgressed":
      return withTask(state, what.value.taskId, millisOf(fact.occurredAt), (task) =>
        progressed(task, what.value),
      );
    case "tierReached":
      return withTask(state, what.value.tier?.taskId ?? "", millisOf(fact.occurredAt), (task) =>
        reached(task, what.value),
      );
    default:
      return state;
  }
}

/** Changes a task, unless a later action has told how it stands already. */
function withTask(
  state: PanelState,
  taskId: string,
  atMillis: number,
  change: (task: TaskProgress) => TaskProgress,
): PanelState {
  if (atMillis < (state.toldAtMillis[taskId] ?? 0)) {
    return state;
  }
  return {
    ...state,
    tasks: state.tasks.map((task) => (task.taskId === taskId ? change(task) : task)),
    toldAtMillis: { ...state.toldAtMillis, [taskId]: atMillis },
  };
}

function isOf(task: TaskProgress, { taskId, window }: { taskId: string; window: string }): boolean {
  return task.taskId === taskId && task.window === window;
}

function progressed(task: TaskProgress, fact: TaskProgressed): TaskProgress {
  if (!isOf(task, fact)) {
    return task;
  }
  const missing = fact.threshold > fact.count ? fact.threshold - fact.count : 0n;
  return { ...task, count: fact.count, missing };
}

function reached(task: TaskProgress, fact: TierReached): TaskProgress {
  const tier = fact.tier;
  if (!tier || !isOf(task, tier) || tier.round !== task.round) {
    return task;
  }
  return {
    ...task,
    state: fact.toClaim ? TaskState.TO_CLAIM : task.state,
    tiers: task.tiers.map((each, index) =>
      index === tier.tier ? { ...each, reached: true, settled: !fact.toClaim } : each,
    ),
  };
}
