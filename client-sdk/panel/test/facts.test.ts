import { TaskState, type TaskProgress } from "@flywheel/client";
import { describe, expect, test } from "vitest";
import { staleAfter, withFacts } from "../src/room/facts.js";
import { initialState, withCalendar, withSnapshot, withTasks, type PanelState } from "../src/room/state.js";
import * as recorded from "./recorded.js";

const before = withTasks(initialState, recorded.tasks());

function task(state: PanelState, id: string): TaskProgress {
  const found = state.tasks.find(({ taskId }) => taskId === id);
  if (!found) throw new Error(`no task ${id}`);
  return found;
}

describe("facts", () => {
  test("move the count of each task that they name, and reach its tiers", () => {
    const likes = task(withFacts(before, recorded.liked().facts), "daily-likes");
    expect(likes.count).toBe(12n);
    expect(likes.missing).toBe(88n);
    expect(likes.tiers.map((tier) => tier.reached)).toEqual([true, false, false]);
    expect(likes.tiers[0]?.settled).toBe(true);
  });

  test("that come twice change nothing the second time", () => {
    const once = withFacts(before, recorded.liked().facts);
    const twice = withFacts(once, recorded.liked().facts);
    expect(twice.tasks).toEqual(once.tasks);
    expect(twice.points).toEqual(once.points);
  });

  test("of an earlier action do not set a count back", () => {
    const later = withFacts(before, recorded.shared().facts);
    const points = task(later, "points-milestones").count;
    const after = withFacts(later, recorded.liked().facts);
    expect(task(after, "points-milestones").count).toBe(points);
    expect(after.points?.balance).toBe(later.points?.balance);
  });

  test("of another window leave the task as it stands and have the tasks read again", () => {
    const facts = recorded.liked().facts;
    const other = { ...before, tasks: before.tasks.map((each) => ({ ...each, window: "2000-01-01" })) };
    expect(task(withFacts(other, facts), "daily-likes").count).toBe(0n);
    expect(staleAfter(other, facts).tasks).toBe(true);
  });

  test("tell the balance of the latest entry, in whatever order they come", () => {
    const facts = [...recorded.shared().facts, ...recorded.liked().facts, ...recorded.checkedIn().facts];
    expect(withFacts(before, facts).points?.balance).toBe(62n);
  });

  test("say what has to be read again", () => {
    expect(staleAfter(before, recorded.checkedIn().facts)).toEqual({ tasks: false, checkIn: true });
    expect(staleAfter(before, recorded.shared().facts)).toEqual({ tasks: true, checkIn: false });
  });

  test("of an earlier action that came late have the task read again, if they count for it", () => {
    const facts = recorded.liked().facts;
    const told = { ...withFacts(before, facts), toldAtMillis: { "daily-likes": Date.now() } };
    expect(staleAfter(told, facts).tasks).toBe(staleAfter(before, facts).tasks);
    const onlyProgress = facts.filter(({ what }) => what.case === "taskProgressed");
    expect(staleAfter(told, onlyProgress).tasks).toBe(false);
    const fewer = told.tasks.map((each) => (each.taskId === "daily-likes" ? { ...each, count: 1n } : each));
    expect(staleAfter({ ...told, tasks: fewer }, onlyProgress).tasks).toBe(true);
  });

  test("come to what the service says in the end", () => {
    const after = withFacts(before, recorded.shared().facts);
    const truth = withTasks(initialState, recorded.tasksAfter());
    for (const id of ["daily-share", "daily-chest", "points-milestones"]) {
      expect(task(after, id).count).toBe(task(truth, id).count);
      expect(task(after, id).missing).toBe(task(truth, id).missing);
    }
    expect(task(truth, "daily-share").state).toBe(TaskState.DONE);
  });
});

test("a snapshot replaces points, streak and grants", () => {
  const state = withSnapshot(withCalendar(before, recorded.calendar()), {
    ...recorded.viewer(),
    programVersion: 3n,
  });
  expect(state.points?.balance).toBe(62n);
  expect(state.checkIn?.standing.streak).toBe(1);
  expect(state.grants.length).toBe(recorded.viewer().grants.length);
  expect(state.programVersion).toBe(3n);
});
