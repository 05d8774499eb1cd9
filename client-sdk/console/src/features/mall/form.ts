import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { fieldsIn, list, priceSummary, rewardsSummary } from "../../program/sentence.js";
import type { Fields } from "../../program/document.js";
import { words } from "./form.words.js";

/** What the merchant delivers is asked for, waited for and cancelled; what is given at once is not. */
const isDelivered = (item: Fields) => list(item["rewards"]).length === 0;

/** An item in a line: "100 积分 → 7 天优惠券 · 剩 50". */
function itemSentence(item: Fields, say: FormSay): string {
  const price = priceSummary(item["price"], say);
  const gives = isDelivered(item)
    ? say.t("program.summary.delivered", 1)
    : rewardsSummary(list(item["rewards"]), say).text;
  const stock = typeof item["stock"] === "number" ? say.t("program.summary.stock", item["stock"]) : "";
  return [`${price} → ${gives}`, stock].filter(Boolean).join(" · ");
}

export default formPart({
  words,
  sections: [{ order: 40, fields: ["mall"] }],
  groups: {
    MallItem: [
      { key: "what", fields: ["title", "description", "category", "picture_url", "id"] },
      { key: "price", fields: ["price", "member_prices"] },
      {
        key: "gives",
        fields: ["rewards", "delivery_fields", "fulfill_within", "viewer_may_cancel"],
      },
      { key: "limits", fields: ["stock", "limit", "cooldown", "audience"] },
      { key: "sale", fields: ["sale_starts_at", "sale_ends_at"], rare: true },
    ],
  },
  relevant: {
    "MallItem.delivery_fields": isDelivered,
    "MallItem.fulfill_within": isDelivered,
    "MallItem.viewer_may_cancel": isDelivered,
  },
  always: ["MallItem.price", "MemberPrice.price"],
  conditions: ["MallItem.audience", "MemberPrice.audience"],
  beginnings: { "MallItem.limit": () => ({ count: 1, per: "day" }) },
  items: {
    MallItem: (before) => ({
      id: freeId("items", before),
      title: { zh: "新商品", en: "New item" },
      price: { points: 100 },
      stock: 100,
    }),
    MemberPrice: () => ({ audience: '"vip" in viewer.privileges', price: { points: 80 } }),
    DeliveryField: (before) =>
      before.length === 0
        ? { name: "address", label: { zh: "收货地址", en: "Address" } }
        : { name: `field-${before.length + 1}`, label: { zh: "其他信息", en: "More" } },
  },
  sentences: { "mall.items": itemSentence },
  summary: (program, { t }) => {
    const count = list(fieldsIn(program["mall"])["items"]).length;
    return count > 0 ? t("program.summary.items", count) : "";
  },
  mistakes: [
    [/^nothing; it is only for items without rewards$/, "不填；仅用于由商家发货的商品（没有即时奖励）"],
    [/^a name of its own; another field has this one$/, "唯一的名称，另一项已使用"],
  ],
});
