import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  FactSchema,
  LevelChangeSchema,
  LevelMovedReason,
  LevelStandingSchema,
  type LevelStanding,
} from "@flywheel/client";
import { expect, test } from "vitest";
import { levels, moment, wayDone, wordsOf } from "../src/features/levels/state.js";

const standing = (fields: Partial<LevelStanding>) => create(LevelStandingSchema, fields as LevelStanding);

test("the way leads from this level to the next, and experience that was lost leads before it", () => {
  const way = { levelExperience: 30n, nextExperience: 100n };
  expect(wayDone(standing({ ...way, experience: 65n }))).toBe(0.5);
  expect(wayDone(standing({ ...way, experience: 20n }))).toBe(0);
  expect(wayDone(standing({ levelExperience: 100n, experience: 130n }))).toBe(1);
});

test("a loss by decay is read, and read again when the next is due", () => {
  const decayed = create(FactSchema, { what: { case: "experienceDecayed", value: { amount: 5n } } });
  expect(levels.isStale?.(undefined, [decayed])).toBe(true);
  const next = { at: timestampFromMs(1_000_000), experience: 5n };
  const state = { standing: create(LevelStandingSchema, { nextLoss: next }), ladder: [], history: [] };
  expect(levels.endsAtMillis?.(state)).toEqual([1_000_000]);
  expect(levels.endsAtMillis?.({ ...state, standing: standing({}) })).toEqual([]);
});

test("what moved the level is told with its reason", () => {
  const words = (reason: LevelMovedReason, formerNumber: number, number: number) =>
    wordsOf(create(LevelChangeSchema, { reason, formerNumber, number }));
  expect(words(LevelMovedReason.GAINED, 1, 2)).toBe("rose");
  expect(words(LevelMovedReason.TAKEN_BACK, 2, 1)).toBe("back");
  expect(words(LevelMovedReason.DECAYED, 2, 1)).toBe("fell");
  expect(words(LevelMovedReason.DECAYED, 2, 2)).toBe("lost");
});

test("a level is celebrated; one that was lost is not", () => {
  const moved = (formerNumber: number, number: number) =>
    create(FactSchema, { what: { case: "levelMoved", value: { levelId: "gold", number, formerNumber } } });
  expect(moment(moved(1, 2))).toMatchObject({ key: "level gold" });
  expect(moment(moved(2, 1))).toBeUndefined();
});
