import { expect, test } from "vitest";
import { growth, lastDays } from "./days.js";

test("the last days end with yesterday", () => {
  expect(lastDays(7, Date.parse("2026-11-29T06:00:00Z"))).toEqual({
    first: "2026-11-22",
    last: "2026-11-28",
  });
});

test("growth of nothing is not told", () => {
  expect(growth(5, 0)).toBeUndefined();
  expect(growth(5, 4)).toBeCloseTo(0.25);
});
