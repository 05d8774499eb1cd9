import { countsSeconds } from "@flywheel/look";
import { millisOf } from "../../core/time.js";
import { CountBy, Goal, TaskState, Trigger, type TaskProgress } from "@flywheel/client";
import type { Stay } from "../../core/stay.js";
import type { Tasks } from "./state.js";

/** A task's count as it is shown: what the service told, and what this device knows is on its way there. */
export interface Shown {
  readonly count: number;
  /** What is missing to the next tier. */
  readonly missing: number;
  /** Whether what is missing goes down by itself, by a second each second. */
  readonly countsDown: boolean;
}

/** How a task is shown at a moment. The service has the last word: its facts replace what is reckoned here. */
export function shown(task: TaskProgress, state: Stay, nowMillis: number): Shown {
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
  if (countsLikes && state.likesAhead > 0) {
    // What the task's rate limit passes over is not shown ahead either, or the count would run backwards with the answer.
    const waiting = Math.min(state.likesAhead, Number(task.timesLeft ?? state.likesAhead));
    return { count: count + waiting, missing: Math.max(0, missing - waiting), countsDown: false };
  }
  return { count, missing, countsDown: false };
}

/** Whether a task goes on counting. */
function isCounting({ state }: TaskProgress): boolean {
  return state === TaskState.OPEN || state === TaskState.TO_CLAIM;
}

/** The task whose next reward comes first by watching on. */
export function nextToWatch(state: Tasks): TaskProgress | undefined {
  return state.tasks
    .filter((task) => isCounting(task) && countsSeconds(task) && task.goal !== Goal.ROOM)
    .filter((task) => task.missing > 0n)
    .reduce<TaskProgress | undefined>(
      (first, task) => (first && first.missing <= task.missing ? first : task),
      undefined,
    );
}

/** When the countdown of some task is over, by this device's clock, so that a sign of life then brings its reward. */
export function rewardAtMillis(state: Tasks, { creditedAtMillis }: Stay): number | undefined {
  const task = nextToWatch(state);
  return task && creditedAtMillis > 0 ? creditedAtMillis + Number(task.missing) * 1000 : undefined;
}

/** How full each tier's part of the bar is, from 0 to 1: the parts are equally long, however far apart the tiers are. */
export function tierFills(thresholds: readonly number[], count: number): number[] {
  return thresholds.map((threshold, index) => {
    const from = index === 0 ? 0 : (thresholds[index - 1] ?? 0);
    return Math.min(1, Math.max(0, (count - from) / (threshold - from)));
  });
}

/** The groups that tasks stand in, in this order. */
export const groups = ["day", "week", "show", "growth"] as const;
export type Group = (typeof groups)[number];

/** The group of a task, by the window that it counts in. */
export function groupOf({ window }: TaskProgress): Group {
  if (/^\d{4}-\d\d-\d\d$/.test(window)) return "day";
  if (/^\d{4}-W\d\d$/.test(window)) return "week";
  return window.startsWith("broadcast:") ? "show" : "growth";
}

export function isOver({ state }: TaskProgress): boolean {
  return state === TaskState.DONE || state === TaskState.ENDED;
}

/** What can be claimed comes first, what is open next, what is locked last; else the program's order. */
export function arranged(tasks: readonly TaskProgress[]): readonly TaskProgress[] {
  return tasks.filter((task) => !isOver(task)).sort((one, other) => rank(one) - rank(other));
}

function rank({ state }: TaskProgress): number {
  switch (state) {
    case TaskState.TO_CLAIM:
      return 0;
    case TaskState.LOCKED:
    case TaskState.NOT_STARTED:
      return 2;
    default:
      return 1;
  }
}

/** How many tasks Today shows. */
const bestCount = 3;

/**
 * The tasks that are worth a viewer's next minute: those that the viewer can do something for right now first; of them
 * the fullest, then the one that ends soonest, else the program's order. Goals of the room and what waits to be claimed
 * stand apart.
 */
export function best(
  tasks: readonly TaskProgress[],
  canDo: (task: TaskProgress) => boolean,
): readonly TaskProgress[] {
  return tasks
    .filter(({ state, goal }) => state === TaskState.OPEN && goal !== Goal.ROOM)
    .sort(
      (one, other) =>
        Number(canDo(other)) - Number(canDo(one)) ||
        fullness(other) - fullness(one) ||
        endOf(one) - endOf(other) ||
        0,
    )
    .slice(0, bestCount);
}

/** How much of the way to its next tier a task has come, from 0 to 1. */
function fullness({ count, missing, tiers }: TaskProgress): number {
  const next = Number(tiers.find(({ reached }) => !reached)?.threshold ?? 0n);
  const whole = Math.max(next, Number(count + missing));
  return whole > 0 ? Number(count) / whole : 0;
}

function endOf({ windowEndsAt }: TaskProgress): number {
  return windowEndsAt ? millisOf(windowEndsAt) : Infinity;
}

/** The goals of the room that are under way. */
export function roomGoals(tasks: readonly TaskProgress[]): readonly TaskProgress[] {
  return tasks.filter(({ state, goal }) => state === TaskState.OPEN && goal === Goal.ROOM);
}
