import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { RedemptionSchema, RedemptionState, RedemptionUpdateResultSchema } from "@flywheel/client";
import { describe, expect, it } from "vitest";
import { deliveryLines, failures, isWaiting, keyOf, orderRows, type OrderWords } from "./orders.js";

const order = (redemptionId: string, viewerId: string, delivery: Record<string, string>) =>
  create(RedemptionSchema, {
    redemptionId,
    viewerId,
    delivery,
    item: {
      id: "mug",
      title: { zh: "杯子", en: "Mug" },
      deliveryFields: [
        { name: "phone", label: { zh: "电话", en: "Phone" } },
        { name: "address", label: { zh: "地址", en: "Address" } },
      ],
    },
    price: { kind: { case: "points", value: { amount: 30n } } },
    state: RedemptionState.RESERVED,
    redeemedAt: timestampFromMs(Date.UTC(2026, 2, 1, 12)),
  });

const words: OrderWords = {
  head: {
    id: "Order",
    viewerId: "Viewer id",
    name: "Name",
    itemId: "Item id",
    item: "Item",
    price: "Paid",
    state: "State",
    redeemedAt: "Redeemed",
    fulfillBy: "By",
    movedAt: "Updated",
    reference: "Reference",
    reason: "Reason",
  },
  state: (state) => RedemptionState[state],
  nameOf: (viewerId) => (viewerId === "lin" ? "小林" : ""),
};

describe("orders of the mall", () => {
  it("are known by viewer and id together", () => {
    expect(keyOf(order("1", "lin", {}))).not.toBe(keyOf(order("1", "wei", {})));
  });

  it("wait only while they are reserved", () => {
    const waiting = order("1", "lin", {});
    expect(isWaiting(waiting)).toBe(true);
    expect(isWaiting({ ...waiting, state: RedemptionState.EXPIRED })).toBe(false);
  });

  it("tell the delivery by its labels in the item's order, then what nobody asks for any more", () => {
    const lines = deliveryLines(order("1", "lin", { address: "West Lake 1", phone: "123", size: "L" }), "en");
    expect(lines).toEqual([
      ["Phone", "123"],
      ["Address", "West Lake 1"],
      ["size", "L"],
    ]);
  });

  it("become rows of a table, with a column for each thing that somebody said", () => {
    const rows = orderRows([order("1", "lin", { address: "西湖 1 号" }), order("2", "wei", {})], words, "zh");
    expect(rows.map((row) => row.length)).toEqual([13, 13, 13]);
    expect(rows[0]?.at(-1)).toBe("地址");
    expect(rows[1]).toEqual([
      "1",
      "lin",
      "小林",
      "mug",
      "杯子",
      "30\u00A0积分",
      "RESERVED",
      "2026-03-01T12:00:00.000Z",
      "",
      "",
      "",
      "",
      "西湖 1 号",
    ]);
    expect(rows[2]?.at(-1)).toBe("");
  });

  it("fail one by one", () => {
    const results = ["", "REDEMPTION_ENDED"].map((errorReason) =>
      create(RedemptionUpdateResultSchema, { errorReason }),
    );
    expect(failures(results)).toEqual([undefined, "REDEMPTION_ENDED"]);
  });
});
