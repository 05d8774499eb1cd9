import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { DrawSchema, LotteryViewSchema, type Draw } from "@flywheel/client";
import { describe, expect, test } from "vitest";
import { newSeed, verify } from "../src/features/lottery/fair.js";
import { drawsToPity, hindrance, lottery, type Lotteries } from "../src/features/lottery/state.js";

const serverSeed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const commitment = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd";

/** The service's tests have the same values, which were reckoned apart from both: 678347 is the number of draw 1. */
function drawn(more: object = {}, prizeId = "tea"): Draw {
  const weights = [
    { prizeId: "lamp", weight: 678_347 },
    { prizeId: "tea", weight: 1 },
  ];
  const proof = { commitment, serverSeed, clientSeed: "viewer-1", drawId: "1", weights, number: 678_347 };
  return create(DrawSchema, { drawId: "1", prizeId, proof: { ...proof, ...more } });
}

describe("a draw is reckoned again from its public values", () => {
  test("and agrees", async () => {
    expect(await verify(drawn(), commitment)).toBe("valid");
    const missed = drawn({ drawId: "0", number: 883_894 }, "");
    expect(await verify(missed)).toBe("valid");
  });

  test("by the pity, whatever the number", async () => {
    const pity = { misses: 9, pityMisses: 9, pityPrizeId: "small" };
    expect(await verify(drawn(pity, "small"))).toBe("valid");
    expect(await verify(drawn({ ...pity, misses: 8 }, "small"))).toBe("prize");
  });

  test("and a forged one is found out", async () => {
    expect(await verify(drawn({ serverSeed: serverSeed.replace("00", "01") }))).toBe("commitment");
    expect(await verify(drawn({ commitment: commitment.replace("63", "64") }))).toBe("commitment");
    expect(await verify(drawn(), commitment.replace("63", "64"))).toBe("commitment");
    expect(await verify(drawn({ clientSeed: "viewer-2" }))).toBe("number");
    expect(await verify(drawn({ number: 678_346 }))).toBe("number");
    expect(await verify(drawn({}, "lamp"))).toBe("prize");
    expect(await verify(drawn({}, ""))).toBe("prize");
  });

  test("with a seed that the viewer makes anew each time", () => {
    expect(newSeed()).toMatch(/^[0-9a-f]{32}$/);
    expect(newSeed()).not.toBe(newSeed());
  });
});

const nowMillis = Date.UTC(2026, 2, 5);
const view = (more: object = {}, rules: object = {}) =>
  create(LotteryViewSchema, {
    misses: 2,
    ...more,
    lottery: {
      id: "wheel",
      startsAt: timestampFromMs(nowMillis - 1000),
      endsAt: timestampFromMs(nowMillis + 1000),
      cost: { kind: { case: "ticket", value: { lotteryId: "wheel", count: 2 } } },
      ...rules,
    },
  });
const state = (more: Partial<Lotteries> = {}): Lotteries => ({ ...lottery.initial, ...more });

test("a draw that can't be had says why", () => {
  const why = (one = view(), now = state({ tickets: { wheel: 2n } })) => hindrance(one, now, nowMillis);
  expect(why()).toBeUndefined();
  expect(why(view(), state({ tickets: { wheel: 1n } }))).toBe("tickets");
  expect(why(view({ allowed: 0 }))).toBe("limit");
  expect(why(view({ allowed: 0, withdrawal: { reason: "wrong" } }))).toBe("withdrawn");
  expect(why(view({}, { startsAt: timestampFromMs(nowMillis + 1) }))).toBe("soon");
  expect(why(view({}, { endsAt: timestampFromMs(nowMillis) }))).toBe("ended");
  const forPoints = view({}, { cost: { kind: { case: "points", value: { amount: 5n } } } });
  expect(why(forPoints, state({ balance: 4n }))).toBe("points");
  expect(why(forPoints, state({ balance: 5n }))).toBeUndefined();
});

test("a lottery begins and ends by the service's clock, whatever this device's says", () => {
  const fast = state({ tickets: { wheel: 2n }, aheadMillis: -300_000 });
  expect(hindrance(view(), fast, nowMillis + 300_000)).toBeUndefined();
  expect(hindrance(view(), fast, nowMillis + 301_000)).toBe("ended");
  expect(hindrance(view(), fast, nowMillis)).toBe("soon");
  const ends = lottery.endsAtMillis?.({ ...fast, lotteries: [view()] });
  expect(ends).toEqual([nowMillis + 299_000, nowMillis + 301_000]);
});

test("the pity tells how many draws are left until the prize is certain", () => {
  expect(drawsToPity(view())).toBeUndefined();
  expect(drawsToPity(view({}, { pity: { misses: 9, prizeId: "small" } }))).toBe(7);
  expect(drawsToPity(view({ misses: 12 }, { pity: { misses: 9, prizeId: "small" } }))).toBe(0);
});
