import { create } from "@bufbuild/protobuf";
import { FactSchema, PointsEntryKind, type Reward } from "@flywheel/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Moments } from "../src/core/moments.js";
import { Celebrated, merge, noMoment, type Moment } from "../src/core/rewards.js";
import * as checkin from "../src/features/checkin/state.js";
import * as grants from "../src/features/grants/state.js";
import * as points from "../src/features/points/state.js";
import * as tasks from "../src/features/tasks/state.js";
import * as recorded from "./recorded.js";

const celebration = () =>
  new Celebrated((fact) => [points, grants, tasks, checkin].map(({ moment }) => moment(fact)));
const freeze = (grantNumber: bigint, count: number) =>
  create(FactSchema, {
    what: {
      case: "grantIssued",
      value: { grant: { grantNumber, reward: { kind: { case: "freeze", value: { count } } } } },
    },
  });
const entry = (entryNumber: bigint, amount: bigint, kind: PointsEntryKind) =>
  create(FactSchema, { what: { case: "pointsBooked", value: { entryNumber, amount, kind } } });
const counts = (rewards: readonly Reward[]) =>
  rewards.map(({ kind }) => (kind.case === "freeze" ? kind.value.count : kind.case));

describe("rewards", () => {
  test("are celebrated once, though the answer and the watch both tell of them", () => {
    const celebrated = celebration();
    expect(celebrated.take(recorded.checkedIn().facts)?.points).toBe(10);
    expect(celebrated.take(recorded.checkedIn().facts)).toBeUndefined();
  });

  test("of one action are one moment", () => {
    const moment = celebration().take(recorded.shared().facts);
    expect(moment?.points).toBe(10);
    expect(moment?.rewards.map(({ kind }) => kind.case)).toEqual(["experience"]);
    expect(moment?.causes).toHaveLength(1);
  });

  test("that are alike are added up", () => {
    const moment = celebration().take([freeze(1n, 1), freeze(2n, 2), entry(1n, 5n, PointsEntryKind.EARNED)]);
    expect(counts(moment?.rewards ?? [])).toEqual([3]);
    expect(moment?.points).toBe(5);
  });

  test("are no points that lapsed, matured or were taken away", () => {
    const kinds = [PointsEntryKind.EXPIRED, PointsEntryKind.MATURED, PointsEntryKind.ADJUSTED_DOWN];
    expect(celebration().take(kinds.map((kind, index) => entry(BigInt(index), 1n, kind)))).toBeUndefined();
  });

  test("that are pending are told apart", () => {
    const moment = celebration().take([entry(1n, 80n, PointsEntryKind.EARNED_PENDING)]);
    expect(moment).toMatchObject({ points: 0, pending: 80 });
  });
});

describe("a check-in", () => {
  const checkedIn = (period: string, streak: number, freezesUsed = 0) =>
    create(FactSchema, { what: { case: "checkedIn", value: { period, streak, freezesUsed } } });

  test("is told of where it gives nothing, as on the eighth day of a streak", () => {
    const moment = celebration().take([checkedIn("2026-11-18", 8)]);
    expect(moment?.occasion).toEqual({ zh: "连续签到第 8 天", en: "Day 8 in a row" });
    expect(moment?.notes).toEqual([]);
  });

  test("says that a freeze was used up", () => {
    const moment = celebration().take([checkedIn("2026-11-18", 9, 1)]);
    expect(moment?.notes.map(({ en }) => en)).toEqual(["1 freeze kept your streak"]);
  });
});

describe("moments", () => {
  const moment = (points: number): Moment => ({ ...noMoment, points });
  let shown: (number | undefined)[] = [];
  let moments: Moments;

  beforeEach(() => {
    vi.useFakeTimers();
    shown = [];
    moments = new Moments((each) => shown.push(each?.points));
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test("follow one another, and those that wait become one", () => {
    moments.add(moment(1));
    moments.add(moment(2));
    moments.add(moment(3));
    expect(shown).toEqual([1]);
    vi.advanceTimersByTime(3_000);
    expect(shown).toEqual([1, undefined, 5]);
    vi.advanceTimersByTime(10_000);
    expect(shown).toEqual([1, undefined, 5, undefined]);
  });

  test("are over at once when they are dismissed", () => {
    moments.add(moment(1));
    moments.dismiss();
    expect(shown).toEqual([1, undefined]);
    moments.add(moment(2));
    vi.advanceTimersByTime(300);
    expect(shown).toEqual([1, undefined, 2]);
  });

  test("merge tasks that opened without naming one twice", () => {
    const unlocked = { ...moment(0), unlocked: ["a", "b"] };
    expect(merge(unlocked, { ...moment(0), unlocked: ["b", "c"] }).unlocked).toEqual(["a", "b", "c"]);
  });
});
