import { expect, test } from "vitest";
import { aroundDay, dayAt, growth, lastDays, lastWeek } from "./days.js";

test("a time belongs to a day of the program's zone, from the hour on at which days begin", () => {
  const night = Date.parse("2026-11-28T18:30:00Z");

  expect(dayAt(night, "Asia/Shanghai", 0)).toBe("2026-11-29");
  expect(dayAt(night, "Asia/Shanghai", 4 * 3_600)).toBe("2026-11-28");
  expect(dayAt(night, "America/New_York", 0)).toBe("2026-11-28");
});

test("the last days end with yesterday", () => {
  expect(lastDays(7, "2026-11-29")).toEqual({ first: "2026-11-22", last: "2026-11-28" });
});

test("the last week is one that is over", () => {
  expect(lastWeek("2026-11-29")).toEqual({ first: "2026-11-16", last: "2026-11-22" }); // a Sunday
  expect(lastWeek("2026-11-30")).toEqual({ first: "2026-11-23", last: "2026-11-29" }); // a Monday
  expect(lastWeek("2026-11-30", 1)).toEqual({ first: "2026-11-16", last: "2026-11-22" });
});

test("as many days before a change as after it are compared, and the day of the change is in neither", () => {
  expect(aroundDay("2026-11-20", "2026-11-29", 7)).toEqual({
    days: 7,
    before: { first: "2026-11-13", last: "2026-11-19" },
    after: { first: "2026-11-21", last: "2026-11-27" },
  });
  expect(aroundDay("2026-11-26", "2026-11-29", 7)).toEqual({
    days: 2,
    before: { first: "2026-11-24", last: "2026-11-25" },
    after: { first: "2026-11-27", last: "2026-11-28" },
  });
  expect(aroundDay("2026-11-28", "2026-11-29", 7)).toBeUndefined();
});

test("growth of nothing is not told", () => {
  expect(growth(5, 0)).toBeUndefined();
  expect(growth(5, 4)).toBeCloseTo(0.25);
});
