import {
  Goal,
  PassReason,
  TaskService,
  TaskState,
  type Fact,
  type ListTasksResponse,
  type TaskCause,
  type TaskProgress,
  type TaskProgressed,
  type TierReached,
} from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { millisOf, type Timestamp } from "../../core/time.js";
import { rewardAtMillis } from "./shown.js";

export interface Tasks {
  readonly tasks: readonly TaskProgress[];
  readonly hiddenTasks: number;
  readonly unclaimed: readonly TaskCause[];
  /** When the action happened that told the latest count of each task. */
  readonly toldAtMillis: Readonly<Record<string, number>>;
  /** Why what the viewer did last did not count, by the task's id. */
  readonly passedOver: Readonly<Record<string, PassedOver | undefined>>;
}

export interface PassedOver {
  readonly reason: "condition" | "saidBefore" | "rateLimit";
  /** When it counts again; 0: that is not a matter of time. */
  readonly againAtMillis: number;
}

const reasons: Partial<Record<PassReason, PassedOver["reason"]>> = {
  [PassReason.CONDITION]: "condition",
  [PassReason.SAID_BEFORE]: "saidBefore",
  [PassReason.RATE_LIMIT]: "rateLimit",
};

export const tasks: Slice<Tasks> = {
  id: "tasks",
  initial: { tasks: [], hiddenTasks: 0, unclaimed: [], toldAtMillis: {}, passedOver: {} },
  reduce: withFact,
  isStale,
  read: async ({ flywheel, roomId }) => {
    const answer = await flywheel.service(TaskService).listTasks({ roomId });
    return (state) => withTasks(state, answer);
  },
  endsAtMillis: (state) =>
    state.tasks
      .flatMap(({ windowEndsAt, timesLeft, timesResetAt }) => [
        windowEndsAt,
        timesLeft === 0n ? timesResetAt : undefined,
      ])
      .filter((end) => end !== undefined)
      .map(millisOf),
  isShared: (state) => state.tasks.some((task) => task.goal === Goal.ROOM && task.state === TaskState.OPEN),
  rewardAtMillis,
};

export function withTasks(state: Tasks, answer: ListTasksResponse): Tasks {
  return {
    ...state,
    tasks: answer.tasks,
    hiddenTasks: answer.hiddenTasks,
    unclaimed: answer.unclaimed,
  };
}

/** A task that opened is told of even where nothing was given with it. */
export function moment({ what, occurredAt }: Fact): Celebration {
  return what.case === "taskUnlocked"
    ? {
        key: `unlocked ${what.value.taskId} ${millisOf(occurredAt)}`,
        moment: { ...noMoment, unlocked: [what.value.taskId] },
      }
    : undefined;
}

function isStale(state: Tasks, facts: readonly Fact[]): boolean {
  return facts.some(({ what, occurredAt }) => {
    switch (what.case) {
      case "tierReached":
      case "taskCompleted":
      case "taskUnlocked":
      case "rewardWithheld":
      case "taskPassedOver":
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
}

/** Whether an action that happened earlier than the latest one, and came after it, has counted. */
function isLate(
  state: Tasks,
  task: TaskProgress,
  { count }: TaskProgressed,
  occurredAt: Timestamp | undefined,
): boolean {
  return count > task.count && millisOf(occurredAt) < (state.toldAtMillis[task.taskId] ?? 0);
}

/** Facts bear results (a count), so that one which comes twice changes nothing. */
function withFact(state: Tasks, { what, occurredAt }: Fact): Tasks {
  switch (what.case) {
    case "taskProgressed":
      return withTask(
        withPass(state, what.value.taskId, undefined),
        what.value.taskId,
        millisOf(occurredAt),
        (task) => progressed(task, what.value),
      );
    case "taskPassedOver": {
      const { taskId, countsAgainAt } = what.value;
      const reason = reasons[what.value.reason];
      const told = withPass(state, taskId, reason && { reason, againAtMillis: millisOf(countsAgainAt) });
      return reason === "rateLimit"
        ? withTask(told, taskId, millisOf(occurredAt), (task) => ({ ...task, timesLeft: 0n }))
        : told;
    }
    case "tierReached":
      return withTask(state, what.value.tier?.taskId ?? "", millisOf(occurredAt), (task) =>
        reached(task, what.value),
      );
    default:
      return state;
  }
}

function withPass(state: Tasks, taskId: string, passed: PassedOver | undefined): Tasks {
  return passed || state.passedOver[taskId]
    ? { ...state, passedOver: { ...state.passedOver, [taskId]: passed } }
    : state;
}

/** Changes a task, unless a later action has told how it stands already. */
function withTask(
  state: Tasks,
  taskId: string,
  atMillis: number,
  change: (task: TaskProgress) => TaskProgress,
): Tasks {
  if (atMillis < (state.toldAtMillis[taskId] ?? 0)) {
    return state;
  }
  const tasks = [...state.tasks];
  const at = tasks.findIndex((task) => task.taskId === taskId);
  const task = tasks[at];
  if (task) tasks[at] = change(task);
  return { ...state, tasks, toldAtMillis: { ...state.toldAtMillis, [taskId]: atMillis } };
}

function isOf(task: TaskProgress, { taskId, window }: { taskId: string; window: string }): boolean {
  return task.taskId === taskId && task.window === window;
}

function progressed(task: TaskProgress, fact: TaskProgressed): TaskProgress {
  if (!isOf(task, fact)) {
    return task;
  }
  const missing = fact.threshold > fact.count ? fact.threshold - fact.count : 0n;
  return withTimesLeft({ ...task, count: fact.count, missing }, fact.count - task.count);
}

/** What has counted is no longer left under the task's ceiling. */
function withTimesLeft(task: TaskProgress, counted: bigint): TaskProgress {
  if (task.timesLeft === undefined || counted <= 0n) {
    return task;
  }
  return { ...task, timesLeft: task.timesLeft > counted ? task.timesLeft - counted : 0n };
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
