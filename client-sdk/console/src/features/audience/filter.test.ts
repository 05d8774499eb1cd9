import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { AudienceFilterSchema } from "@flywheel/client";
import { expect, test } from "vitest";
import { askedOf, asksForMore, filterOf, NOTHING, type Asked } from "./filter.js";

test("what was kept is asked for again", () => {
  const asked: Asked = {
    tag: "core-fan",
    level: "gold",
    room: "room-1",
    streak: "7",
    points: "100",
    orders: "1",
    away: "3",
    since: "1764345600000",
    until: "1764432000000",
    cohort: "2026-11-01",
    active: "2026-11-08",
    done: "like,watch-long",
  };

  expect(askedOf(filterOf(asked))).toEqual(asked);
  expect(filterOf(asked).absentFor?.seconds).toBe(3n * 86_400n);
  expect(askedOf(filterOf(NOTHING))).toEqual(NOTHING);
});

test("what can't be what is asked for counts nothing", () => {
  const nonsense = {
    ...NOTHING,
    room: "直播间",
    streak: "many",
    since: "-1",
    cohort: "1.11.",
    done: "Like,,9",
  };

  expect(askedOf(filterOf(nonsense))).toEqual(NOTHING);
});

test("a segment keeps what the page has no fields for", () => {
  const kept = filterOf(
    { ...NOTHING, tag: "core-fan", points: "10" },
    create(AudienceFilterSchema, {
      points: { most: 500n },
      orders: { most: 3n },
      orderedMinor: { least: 1000n },
      seenAfter: timestampFromMs(1_764_345_600_000),
      seenBefore: timestampFromMs(1_764_432_000_000),
    }),
  );

  expect(kept.points).toMatchObject({ least: 10n, most: 500n });
  expect(kept.orders).toMatchObject({ most: 3n });
  expect(kept.orderedMinor?.least).toBe(1000n);
  expect(filterOf(askedOf(kept), kept)).toEqual(kept);
  const changed = filterOf({ ...askedOf(kept), points: "20", tag: "" }, kept);
  expect(changed.points).toMatchObject({ least: 20n, most: 500n });
  expect([changed.seenAfter, changed.seenBefore]).toEqual([kept.seenAfter, kept.seenBefore]);
  expect(changed.tagId).toBe("");
  expect(asksForMore(kept)).toBe(true);
  expect(asksForMore(filterOf({ ...NOTHING, points: "10" }))).toBe(false);
});
