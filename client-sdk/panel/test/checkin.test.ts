import { create } from "@bufbuild/protobuf";
import { CalendarDaySchema, CalendarDayState, CheckInStandingSchema } from "@flywheel/client";
import { expect, test } from "vitest";
import { isCovered, type CheckIn } from "../src/features/checkin/state.js";

const missed = (date: string) => create(CalendarDaySchema, { date, state: CalendarDayState.MISSED });

/** Whoever came on the 20th with a streak, and looks on the 23rd. */
function on23rd(standing: { streak: number; checkedInNow?: boolean }): CheckIn {
  return {
    rules: undefined,
    today: "2026-11-23",
    todayEndsAt: undefined,
    months: {},
    standing: create(CheckInStandingSchema, { latestPeriod: "2026-11-20", ...standing }),
  };
}

test("no card is offered for a day that a freeze will cover with the next check-in", () => {
  // A streak that is still there after missed days is held by freezes.
  const held = on23rd({ streak: 4 });
  expect(["2026-11-21", "2026-11-22"].map((date) => isCovered(missed(date), held))).toEqual([true, true]);
  expect(isCovered(missed("2026-11-18"), held), "before the latest check-in").toBe(false);
  expect(isCovered(missed("2026-11-21"), on23rd({ streak: 0 })), "nothing holds the streak").toBe(false);
  expect(
    isCovered(missed("2026-11-21"), on23rd({ streak: 1, checkedInNow: true })),
    "a new streak has begun",
  ).toBe(false);
});
