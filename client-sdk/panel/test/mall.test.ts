import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  FactSchema,
  ItemState,
  MallItemViewSchema,
  RedemptionSchema,
  RedemptionState,
  type MallItemView,
} from "@flywheel/client";
import { expect, test } from "vitest";
import { lottery } from "../src/features/lottery/state.js";
import { hindrance } from "../src/features/mall/standing.js";
import { mall, moment, orders, pointsMissing, shelves } from "../src/features/mall/state.js";

function item(
  id: string,
  more: Pick<MessageInitShape<typeof MallItemViewSchema>, "state" | "price" | "possibleAt"> = {},
): MallItemView {
  return create(MallItemViewSchema, {
    state: ItemState.AVAILABLE,
    price: { kind: { case: "points", value: { amount: 100n } } },
    ...more,
    item: { id },
  });
}

const moved = (redemptionId: string, state: RedemptionState) =>
  create(FactSchema, { what: { case: "redemptionMoved", value: { redemptionId, itemId: "tea", state } } });
const booked = (balance: bigint, entryNumber = 1n) =>
  create(FactSchema, { what: { case: "pointsBooked", value: { balance, entryNumber } } });

test("items of one category stand together where the first of them stands", () => {
  const category = { a: "饮品", b: "", c: "饮品", d: "礼包" };
  const found = shelves(
    Object.keys(category).map((id) => item(id)),
    ({ item }) => category[item?.id as keyof typeof category],
  );
  expect(found.map(({ title, items }) => [title, items.map(({ item }) => item?.id).join()])).toEqual([
    ["饮品", "a,c"],
    ["", "b"],
    ["礼包", "d"],
  ]);
});

test("what is missing in points is known as soon as the balance is", () => {
  expect(pointsMissing(item("tea"), undefined)).toBe(0n);
  const after = mall.reduce?.(mall.initial, booked(40n));
  expect(pointsMissing(item("tea"), after?.balance)).toBe(60n);
  expect(pointsMissing(item("tea"), 100n)).toBe(0n);
  const card = item("card", { price: { kind: { case: "makeUpCard", value: { count: 2 } } } });
  expect(pointsMissing(card, 0n)).toBe(0n);
});

test.each([mall, lottery])("an older entry that is told late does not turn the balance back", (slice) => {
  const after = [booked(80n, 7n), booked(70n, 6n), booked(80n, 7n)].reduce(
    (state: { balance: bigint | undefined }, fact) => slice.reduce?.(state as never, fact) ?? state,
    slice.initial,
  );
  expect(after.balance).toBe(80n);
});

test("an item says why it can't be had, and from when on it can", () => {
  const at = { seconds: BigInt(Date.UTC(2026, 10, 22, 4) / 1000), nanos: 0 };
  const say = (state: ItemState, possibleAt?: typeof at) =>
    hindrance(item("tea", { state, ...(possibleAt ? { possibleAt } : {}) }), 500n, "zh");
  expect(say(ItemState.AVAILABLE)).toBe("");
  expect(say(ItemState.SOLD_OUT)).toBe("已兑完");
  expect(say(ItemState.COMING_SOON, at)).toMatch(/11月22日.+ 开售$/);
  expect(say(ItemState.COMING_SOON)).toBe("即将开售");
  expect(say(ItemState.LIMIT_REACHED, at)).toMatch(/^11月22日.+ 后可再兑$/);
  expect(say(ItemState.LIMIT_REACHED)).toBe("已达兑换上限");
  expect(say(ItemState.COOLING_DOWN, at)).toMatch(/可再次兑换$/);
  expect(say(ItemState.NOT_ELIGIBLE)).toBe("暂不满足兑换条件");
  expect(hindrance(item("tea"), 99n, "en")).toBe("1 point to go");
});

test("the history shows what was redeemed meanwhile once, and how far each order is now", () => {
  const order = (redemptionId: string) =>
    create(RedemptionSchema, { redemptionId, state: RedemptionState.RESERVED });
  const state = { ...mall.initial, fresh: [order("3"), order("2")] };
  const cancelled = mall.reduce?.(state, moved("1", RedemptionState.CANCELLED)) ?? state;
  const shown = orders([order("2"), order("1")], cancelled);
  expect(shown.map(({ redemptionId }) => redemptionId)).toEqual(["3", "2", "1"]);
  expect(shown.map(({ state }) => state)).toEqual([
    RedemptionState.RESERVED,
    RedemptionState.RESERVED,
    RedemptionState.CANCELLED,
  ]);
});

test("stock and eligibility are read again after what may change them, and not after points alone", () => {
  expect(mall.isStale?.(mall.initial, [moved("1", RedemptionState.RESERVED)])).toBe(true);
  expect(mall.isStale?.(mall.initial, [booked(1n)])).toBe(false);
});

test("an order that has come is told of, one that only began is not", () => {
  expect(moment(moved("1", RedemptionState.FULFILLED))?.key).toBe("redemption 1");
  expect(moment(moved("1", RedemptionState.RESERVED))).toBeUndefined();
  expect(moment(moved("1", RedemptionState.CANCELLED))).toBeUndefined();
});
