import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Moments } from "../src/core/moments.js";
import { noMoment, type Moment } from "../src/core/rewards.js";

const points = (count: number): Moment => ({ ...noMoment, points: count });

let shown: (number | undefined)[];
let moments: Moments;

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  moments = new Moments((moment) => shown.push(moment?.points));
});

afterEach(() => {
  vi.useRealTimers();
});

test("moments that come while one is shown are the next one, together", () => {
  moments.add(points(1));
  moments.add(points(2));
  moments.add(points(3));
  vi.advanceTimersByTime(10_000);
  expect(shown).toEqual([1, undefined, 5, undefined]);
});

test("moments wait while something lies over them, and are shown afterwards as one", () => {
  moments.hold(true);
  moments.add(points(1));
  vi.advanceTimersByTime(10_000);
  moments.add(points(2));
  expect(shown).toEqual([]);
  moments.hold(false);
  expect(shown).toEqual([3]);
});

test("a moment that is waved away makes room for the next one", () => {
  moments.add(points(1));
  moments.add(points(2));
  moments.dismiss();
  vi.advanceTimersByTime(300);
  expect(shown).toEqual([1, undefined, 2]);
});
