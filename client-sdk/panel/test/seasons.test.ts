import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  FactSchema,
  SeasonRewardState,
  SeasonStandingSchema,
  type SeasonStanding,
  type SeasonStep,
} from "@flywheel/client";
import { expect, test } from "vitest";
import { roundedSecondsLeft } from "../src/core/time.js";
import { claimable, moment, nextTier, seasons, wayDone } from "../src/features/seasons/state.js";

const end = Date.UTC(2026, 10, 30, 16);

function season(experience: bigint, ...asked: bigint[]): SeasonStanding {
  return create(SeasonStandingSchema, {
    seasonId: "month",
    period: "2026-11",
    experience,
    endsAt: timestampFromMs(end),
    settlesAt: timestampFromMs(end + 300_000),
    tiers: asked.map((each, index) => ({
      tierId: `tier-${index + 1}`,
      number: index + 1,
      experience: each,
      state: each <= experience ? SeasonRewardState.CLAIMABLE : SeasonRewardState.LOCKED,
      paidState: SeasonRewardState.LOCKED,
      ...(each <= experience && { reachedAt: timestampFromMs(end - 1_000) }),
    })),
  });
}

test("the way leads from the tier before to the next", () => {
  expect(wayDone(season(0n, 10n, 30n))).toBe(0);
  expect(wayDone(season(5n, 10n, 30n))).toBe(0.5);
  expect(wayDone(season(25n, 10n, 30n))).toBe(0.75);
  expect(wayDone(season(30n, 10n, 30n))).toBe(1);
  expect(nextTier(season(25n, 10n, 30n))?.number).toBe(2);
  expect(nextTier(season(30n, 10n, 30n))).toBeUndefined();
});

test("what waits on both tracks is counted", () => {
  const both = season(10n, 10n, 30n);
  expect(claimable(both)).toBe(1);
  (both.tiers[0] as SeasonStep).paidState = SeasonRewardState.CLAIMABLE;
  expect(claimable(both)).toBe(2);
});

test("what is left is told in days, then in hours, then in minutes, and it is read again at both ends", () => {
  const month = season(0n, 10n);
  expect(roundedSecondsLeft(month.endsAt, end - 86_400_000 * 2 - 1)).toBe(3 * 86_400);
  expect(roundedSecondsLeft(month.endsAt, end - 86_400_000)).toBe(24 * 3_600);
  expect(roundedSecondsLeft(month.endsAt, end - 90_000)).toBe(120);
  expect(roundedSecondsLeft(month.endsAt, end + 1)).toBe(0);
  expect(seasons.endsAtMillis?.([month])).toEqual([end, end + 300_000]);
});

test("a tier is celebrated; one that was lost, the track and the end are not", () => {
  const moved = (value: { number: number; formerNumber: number }) =>
    create(FactSchema, { what: { case: "seasonMoved", value: { seasonId: "month", ...value } } });
  expect(moment(moved({ number: 2, formerNumber: 1 }))?.moment?.occasion?.zh).toBe("赛季第 2 阶");
  expect(moment(moved({ number: 1, formerNumber: 2 }))).toBeUndefined();
  expect(moment(moved({ number: 2, formerNumber: 2 }))).toBeUndefined();
});
