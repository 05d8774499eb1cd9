import { countsSeconds } from "@flywheel/look";
import { CountBy, Goal, TaskState, Trigger, type TaskProgress } from "@flywheel/client";
import type { PanelState } from "./state.js";

/** A task's count as it is shown: what the service told, and what this device knows is on its way there. */
export interface Shown {
  readonly count: number;
  /** What is missing to the next tier. */
  readonly missing: number;
  /** Whether what is missing goes down by itself, by a second each second. */
  readonly countsDown: boolean;
}

/** How a task is shown at a moment. The service has the last word: its facts replace what is reckoned here. */
export function shown(task: TaskProgress, state: PanelState, nowMillis: number): Shown {
  const count = Number(task.count);
  const missing = Number(task.missing);
  if (!isCounting(task) || missing === 0) {
    return { count, missing, countsDown: false };
  }
  if (countsSeconds(task)) {
    const watching = state.presence === "present" && task.goal !== Goal.ROOM && state.creditedAtMillis > 0;
    const watched = watching ? Math.max(0, nowMillis - state.creditedAtMillis) / 1000 : 0;
    const left = Math.max(0, missing - watched);
    return { count: Math.floor(count + missing - left), missing: left, countsDown: watching };
  }
  const countsLikes = task.trigger === Trigger.LIKE && task.countBy !== CountBy.DISTINCT_DAYS;
  if (countsLikes && state.likesWaiting > 0) {
    const waiting = state.likesWaiting;
    return { count: count + waiting, missing: Math.max(0, missing - waiting), countsDown: false };
  }
  return { count, missing, countsDown: false };
}

/** Whether a task goes on counting. */
function isCounting({ state }: TaskProgress): boolean {
  return state === TaskState.OPEN || state === TaskState.TO_CLAIM;
}

/** The task whose next reward comes first by watching on. */
export function nextToWatch(state: PanelState): TaskProgress | undefined {
  return state.tasks
    .filter((task) => isCounting(task) && countsSeconds(task) && task.goal !== Goal.ROOM)
    .filter((task) => task.missing > 0n)
    .reduce<TaskProgress | undefined>(
      (first, task) => (first && first.missing <= task.missing ? first : task),
      undefined,
    );
}

/** When the countdown of some task is over, by this device's clock, so that a sign of life then brings its reward. */
export function nextRewardAtMillis(state: PanelState): number | undefined {
  const task = nextToWatch(state);
  return task && state.creditedAtMillis > 0
    ? state.creditedAtMillis + Number(task.missing) * 1000
    : undefined;
}

/** How full each tier's part of the bar is, from 0 to 1: the parts are equally long, however far apart the tiers are. */
export function tierFills(thresholds: readonly number[], count: number): number[] {
  return thresholds.map((threshold, index) => {
    const from = index === 0 ? 0 : (thresholds[index - 1] ?? 0);
    return Math.min(1, Math.max(0, (count - from) / (threshold - from)));
  });
}

/** The order in which tasks are shown: what can be taken, what is open, what is locked; what is done stands apart. */
export function arranged(tasks: readonly TaskProgress[]): { open: TaskProgress[]; done: TaskProgress[] } {
  const rank = (task: TaskProgress) => {
    switch (task.state) {
      case TaskState.TO_CLAIM:
        return 0;
      case TaskState.LOCKED:
      case TaskState.NOT_STARTED:
        return 2;
      default:
        return 1;
    }
  };
  const isOver = (task: TaskProgress) => task.state === TaskState.DONE || task.state === TaskState.ENDED;
  return {
    open: tasks.filter((task) => !isOver(task)).sort((one, other) => rank(one) - rank(other)),
    done: tasks.filter(isOver),
  };
}
