import { CountBy, Goal, TaskState, type TaskProgress } from "@flywheel/client";
import { describe, expect, test } from "vitest";
import { initialStay, type Stay } from "../src/core/stay.js";
import { addMonths, weekOf } from "../src/core/time.js";
import {
  arranged,
  best,
  groupOf,
  isOver,
  rewardAtMillis,
  shown,
  tierFills,
} from "../src/features/tasks/shown.js";
import { tasks, withTasks, type Tasks } from "../src/features/tasks/state.js";
import * as recorded from "./recorded.js";

const present: Stay = { ...initialStay, presence: "present", creditedAtMillis: 1_000_000 };
const known: Tasks = withTasks(tasks.initial, recorded.tasks());

function task(id: string): TaskProgress {
  const found = known.tasks.find(({ taskId }) => taskId === id);
  if (!found) throw new Error(`no task ${id}`);
  return found;
}

describe("a watch task", () => {
  const watch = task("watch-broadcast");

  test("counts down by a second each second while the viewer watches", () => {
    expect(shown(watch, present, 1_000_000)).toMatchObject({ missing: 180, countsDown: true });
    expect(shown(watch, present, 1_096_000)).toMatchObject({ missing: 84, count: 96 });
  });

  test("stands still while the viewer does not watch", () => {
    for (const presence of ["hidden", "reconnecting", "elsewhere"] as const) {
      const away = { ...present, presence };
      expect(shown(watch, away, 1_096_000)).toMatchObject({ missing: 180, countsDown: false });
    }
  });

  test("never claims a tier that the service has not told of", () => {
    expect(shown(watch, present, 9_000_000)).toMatchObject({ missing: 0, count: 180 });
  });

  test("says when its reward is due, also while a reward of it waits to be claimed", () => {
    expect(rewardAtMillis(known, present)).toBe(1_180_000);
    const claimable = known.tasks.map((each) => ({ ...each, state: TaskState.TO_CLAIM }));
    expect(rewardAtMillis({ ...known, tasks: claimable }, present)).toBe(1_180_000);
  });

  test("of the whole room does not count down, for nobody knows how many watch", () => {
    const ofTheRoom = { ...watch, goal: Goal.ROOM };
    expect(shown(ofTheRoom, present, 1_096_000)).toMatchObject({ missing: 180, countsDown: false });
  });
});

test("likes on their way are shown at once, for oneself and for the room", () => {
  const liking = { ...present, likesAhead: 4 };
  const likes = task("daily-likes");
  expect(shown(likes, liking, 0)).toMatchObject({ count: 4, missing: 6 });
  expect(shown({ ...likes, goal: Goal.ROOM }, liking, 0)).toMatchObject({ count: 4, missing: 6 });
  expect(shown({ ...likes, countBy: CountBy.DISTINCT_DAYS }, liking, 0).count).toBe(0);
  expect(shown(task("daily-comments"), liking, 0).count).toBe(0);
  expect(shown(task("daily-likes"), present, 0).count).toBe(0);
});

test("likes that a ceiling will pass over are not shown ahead, so that no count runs backwards", () => {
  const liking = { ...present, likesAhead: 50 };
  const likes = { ...task("daily-likes"), count: 100n, timesLeft: 20n };
  expect(shown(likes, liking, 0).count).toBe(120);
  expect(shown({ ...likes, timesLeft: 0n }, liking, 0).count).toBe(100);
});

test("each tier has an equal part of the bar, however far apart they are", () => {
  expect(tierFills([10, 100, 300], 55)).toEqual([1, 0.5, 0]);
  expect(tierFills([10, 100, 300], 900)).toEqual([1, 1, 1]);
});

test("what can be claimed comes first, what is locked last, what is done stands apart", () => {
  const claimable = { ...task("weekly-chests"), state: TaskState.TO_CLAIM };
  const all = known.tasks.map((each) => (each.taskId === claimable.taskId ? claimable : each));
  expect(arranged(all)[0]?.taskId).toBe("weekly-chests");
  expect(arranged(all).at(-1)?.state).toBe(TaskState.LOCKED);
  expect(all.filter(isOver).map(({ taskId }) => taskId)).toEqual(["welcome"]);
});

test("tasks stand in the group of their window", () => {
  const window = (name: string) => groupOf({ ...task("daily-likes"), window: name });
  expect(["2026-11-18", "2026-W47", "broadcast:b", "custom:x", ""].map(window)).toEqual([
    "day",
    "week",
    "show",
    "growth",
    "growth",
  ]);
});

test("the three best tasks are what the viewer can do now, the fullest first", () => {
  const fuller = known.tasks.map((each) =>
    each.taskId === "daily-comments" ? { ...each, count: 2n, missing: 1n } : each,
  );
  const found = best(fuller, ({ taskId }) => taskId.startsWith("daily-"));
  expect(found).toHaveLength(3);
  expect(found[0]?.taskId).toBe("daily-comments");
  expect(found[1]?.taskId).toMatch(/^daily-/);
  expect(found.every(({ state, goal }) => state === TaskState.OPEN && goal !== Goal.ROOM)).toBe(true);
});

test("weeks begin on Mondays and reach over months and years", () => {
  expect(weekOf("2027-01-01")).toEqual([
    "2026-12-28",
    "2026-12-29",
    "2026-12-30",
    "2026-12-31",
    "2027-01-01",
    "2027-01-02",
    "2027-01-03",
  ]);
  expect(addMonths("2026-01", -1)).toBe("2025-12");
});
