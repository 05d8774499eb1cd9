import { create } from "@bufbuild/protobuf";
import { FactSchema, PassReason, TaskState, type Fact, type TaskProgress } from "@flywheel/client";
import { describe, expect, test } from "vitest";
import type { Slice } from "../src/core/feature.js";
import { checkIn, withCalendar } from "../src/features/checkin/state.js";
import { grants } from "../src/features/grants/state.js";
import { points } from "../src/features/points/state.js";
import { tasks, withTasks, type Tasks } from "../src/features/tasks/state.js";
import * as recorded from "./recorded.js";

const before = withTasks(tasks.initial, recorded.tasks());

function after<S>(slice: Slice<S>, state: S, facts: readonly Fact[]): S {
  return facts.reduce((now, fact) => slice.reduce?.(now, fact) ?? now, state);
}

function isStale(slice: Slice<unknown>, state: unknown, facts: readonly Fact[]): boolean | undefined {
  return slice.isStale?.(state, facts);
}

function task(state: Tasks, id: string): TaskProgress {
  const found = state.tasks.find(({ taskId }) => taskId === id);
  if (!found) throw new Error(`no task ${id}`);
  return found;
}

describe("facts", () => {
  test("move the count of each task that they name, and reach its tiers", () => {
    const likes = task(after(tasks, before, recorded.liked().facts), "daily-likes");
    expect(likes.count).toBe(12n);
    expect(likes.missing).toBe(88n);
    expect(likes.tiers.map((tier) => tier.reached)).toEqual([true, false, false]);
    expect(likes.tiers[0]?.settled).toBe(true);
  });

  test("that come twice change nothing the second time", () => {
    const once = after(tasks, before, recorded.liked().facts);
    const twice = after(tasks, once, recorded.liked().facts);
    expect(twice.tasks).toEqual(once.tasks);
  });

  test("of an earlier action do not set a count back", () => {
    const later = after(tasks, before, recorded.shared().facts);
    const count = task(later, "points-milestones").count;
    expect(task(after(tasks, later, recorded.liked().facts), "points-milestones").count).toBe(count);
    const spent = after(points, points.initial, recorded.shared().facts);
    expect(after(points, spent, recorded.liked().facts)?.balance).toBe(spent?.balance);
  });

  test("of another window leave the task as it stands and have the tasks read again", () => {
    const facts = recorded.liked().facts;
    const other = { ...before, tasks: before.tasks.map((each) => ({ ...each, window: "2000-01-01" })) };
    expect(task(after(tasks, other, facts), "daily-likes").count).toBe(0n);
    expect(isStale(tasks, other, facts)).toBe(true);
  });

  test("tell the balance of the latest entry, in whatever order they come", () => {
    const facts = [...recorded.shared().facts, ...recorded.liked().facts, ...recorded.checkedIn().facts];
    expect(after(points, points.initial, facts)?.balance).toBe(62n);
  });

  test("say what has to be read again", () => {
    const [checkedIn, shared] = [recorded.checkedIn().facts, recorded.shared().facts];
    expect([isStale(tasks, before, checkedIn), isStale(checkIn, undefined, checkedIn)]).toEqual([
      false,
      true,
    ]);
    expect([isStale(tasks, before, shared), isStale(checkIn, undefined, shared)]).toEqual([true, false]);
  });

  test("of an earlier action that came late have the task read again, if they count for it", () => {
    const facts = recorded.liked().facts;
    const told = { ...after(tasks, before, facts), toldAtMillis: { "daily-likes": Date.now() } };
    expect(isStale(tasks, told, facts)).toBe(isStale(tasks, before, facts));
    const onlyProgress = facts.filter(({ what }) => what.case === "taskProgressed");
    expect(isStale(tasks, told, onlyProgress)).toBe(false);
    const fewer = told.tasks.map((each) => (each.taskId === "daily-likes" ? { ...each, count: 1n } : each));
    expect(isStale(tasks, { ...told, tasks: fewer }, onlyProgress)).toBe(true);
  });

  test("come to what the service says in the end", () => {
    const shared = after(tasks, before, recorded.shared().facts);
    const truth = withTasks(tasks.initial, recorded.tasksAfter());
    for (const id of ["daily-share", "daily-chest", "points-milestones"]) {
      expect(task(shared, id).count).toBe(task(truth, id).count);
      expect(task(shared, id).missing).toBe(task(truth, id).missing);
    }
    expect(task(truth, "daily-share").state).toBe(TaskState.DONE);
  });
});

test("what counts is taken from what the ceiling lets count", () => {
  const limited = (left: bigint): Tasks => ({
    ...before,
    tasks: before.tasks.map((each) =>
      each.taskId === "daily-likes" ? { ...each, count: 2n, timesLeft: left } : each,
    ),
  });
  const liked = recorded.liked().facts; // which tell that twelve have counted
  expect(task(after(tasks, limited(30n), liked), "daily-likes").timesLeft).toBe(20n);
  expect(task(after(tasks, limited(30n), [...liked, ...liked]), "daily-likes").timesLeft).toBe(20n);
  expect(task(after(tasks, limited(4n), liked), "daily-likes").timesLeft).toBe(0n);
});

describe("what did not count", () => {
  const passed = (reason: PassReason, seconds = 0n): Fact =>
    create(FactSchema, {
      occurredAt: { seconds: 1n },
      what: {
        case: "taskPassedOver",
        value: { taskId: "daily-likes", reason, countsAgainAt: { seconds } },
      },
    });

  test("says why, until something counts", () => {
    const refused = after(tasks, before, [passed(PassReason.RATE_LIMIT, 9n)]);
    expect(refused.passedOver["daily-likes"]).toEqual({ reason: "rateLimit", againAtMillis: 9_000 });
    expect(after(tasks, refused, recorded.liked().facts).passedOver["daily-likes"]).toBeUndefined();
  });

  test("has the task read again, whose ceiling is used up by it", () => {
    expect(isStale(tasks, before, [passed(PassReason.CONDITION)])).toBe(true);
  });
});

test("a snapshot replaces points, streak and grants", () => {
  const viewer = recorded.viewer();
  expect(points.snapshot?.(points.initial, viewer)?.balance).toBe(62n);
  const known = withCalendar(undefined, recorded.calendar());
  expect(checkIn.snapshot?.(known, viewer)?.standing.streak).toBe(1);
  expect(grants.snapshot?.([], viewer)).toHaveLength(viewer.grants.length);
});
