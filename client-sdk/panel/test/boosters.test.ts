import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { BoosterKind, BoosterStandingSchema, FactSchema, ViewerSchema } from "@flywheel/client";
import { expect, test } from "vitest";
import { boosters, holding, moment, secondsLeft, whatOf } from "../src/features/boosters/state.js";

const noon = Date.UTC(2026, 10, 22, 12);
const booster = (boosterId: string, endsAtMillis?: number, multiplies = [BoosterKind.POINTS]) =>
  create(BoosterStandingSchema, {
    boosterId,
    percent: 200,
    multiplies,
    ...(endsAtMillis && { endsAt: timestampFromMs(endsAtMillis) }),
  });

test("a booster is shown until it ends, and is read again then", () => {
  const state = [booster("hour", noon + 3_600_000), booster("always")];
  expect(holding(state, noon).map(({ boosterId }) => boosterId)).toEqual(["hour", "always"]);
  expect(holding(state, noon + 3_600_000).map(({ boosterId }) => boosterId)).toEqual(["always"]);
  expect(boosters.endsAtMillis?.(state)).toEqual([noon + 3_600_000]);
});

test("what is left is told in minutes until the last one", () => {
  const hour = booster("hour", noon);
  expect(secondsLeft(hour, noon - 31 * 60_000 - 1)).toBe(32 * 60);
  expect(secondsLeft(hour, noon - 60_001)).toBe(120);
  expect(secondsLeft(hour, noon - 60_000)).toBe(60);
  expect(secondsLeft(hour, noon - 1_500)).toBe(2);
  expect(secondsLeft(hour, noon + 1)).toBe(0);
  expect(secondsLeft(booster("always"), noon)).toBeUndefined();
});

test("it says what is multiplied", () => {
  expect(whatOf(booster("a"))).toBe("points");
  expect(whatOf(booster("a", noon, [BoosterKind.EXPERIENCE]))).toBe("experience");
  expect(whatOf(booster("a", noon, [BoosterKind.POINTS, BoosterKind.EXPERIENCE]))).toBe("both");
});

test("a privilege, a level and a room may bring one about; points don't", () => {
  const privilege = create(FactSchema, {
    what: {
      case: "grantIssued",
      value: { grant: { reward: { kind: { case: "privilege", value: { privilegeId: "double" } } } } },
    },
  });
  expect(boosters.isStale?.([], [privilege])).toBe(true);
  for (const kind of ["roomEntered", "roomBoosterMoved", "levelMoved", "grantRevoked"] as const)
    expect(boosters.isStale?.([], [create(FactSchema, { what: { case: kind, value: {} } })])).toBe(true);
  expect(boosters.isStale?.([], [create(FactSchema, { what: { case: "pointsBooked", value: {} } })])).toBe(
    false,
  );
  const viewer = create(ViewerSchema, { boosters: [{ boosterId: "hour" }] });
  expect(boosters.snapshot?.([], viewer).map(({ boosterId }) => boosterId)).toEqual(["hour"]);
});

test("what a host starts is announced, also when it is prolonged; that it was ended is not", () => {
  const moved = (ends: number, ended = false) =>
    create(FactSchema, {
      what: {
        case: "roomBoosterMoved",
        value: {
          boosterId: "double",
          title: { zh: "双倍积分", en: "Double points" },
          percent: 200,
          startedAt: timestampFromMs(noon),
          endsAt: timestampFromMs(ends),
          ended,
        },
      },
    });
  const first = moment(moved(noon + 60_000));
  expect(first?.moment.occasion).toEqual({ zh: "双倍积分 ×2 开始了", en: "Double points ×2 has begun" });
  expect(moment(moved(noon + 60_000))?.key).toBe(first?.key);
  expect(moment(moved(noon + 120_000))?.key).not.toBe(first?.key);
  expect(moment(moved(noon + 30_000, true))).toBeUndefined();
});
