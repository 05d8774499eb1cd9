import type { Page } from "@playwright/test";
import { expect, test } from "../harness/fixtures.js";

test.use({ viewport: { width: 390, height: 844 } });

const PROGRAM = `
name: Mall and boards
time_zone: Asia/Shanghai
tasks:
  - id: likes
    title: { zh: 点赞, en: Likes }
    trigger: like
    tiers: [{ threshold: 3, rewards: [{ points: 200 }] }]
mall:
  items:
    - id: badge
      title: { zh: 铁粉徽章, en: Fan badge }
      category: { zh: 虚拟礼品, en: Digital }
      price: { points: 50 }
      rewards: [{ badge: { badge_id: fan, title: { zh: 铁粉, en: Fan } } }]
      limit: { count: 1 }
    - id: tea
      title: { zh: 手工红茶, en: Handmade tea }
      description: { zh: 50 克一罐, en: A tin of 50 g }
      category: { zh: 实物, en: Goods }
      price: { points: 100 }
      stock: 1
      viewer_may_cancel: true
      delivery_fields:
        - { name: address, label: { zh: 收货地址, en: Address } }
    - id: lamp
      title: { zh: 台灯, en: Lamp }
      category: { zh: 实物, en: Goods }
      price: { points: 9000 }
leaderboards:
  - id: likers
    title: { zh: 点赞榜, en: Likers }
    metric: { trigger: like }
    scope: room
    period: day
    prizes: [{ last_position: 1, rewards: [{ points: 30 }] }]
`;

async function earn(page: Page): Promise<void> {
  for (let i = 0; i < 3; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("points-balance")).toHaveText("200");
}

test("a viewer buys an item, sees the order, cancels it, and has the points back", async ({
  page,
  merchant,
}) => {
  await merchant.apply(PROGRAM);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await earn(page);
  await page.getByTestId("tab-mall").click();
  await expect(page.getByTestId("item-lamp")).toContainText("8,800 points to go");
  await page.getByTestId("item-tea").click();
  await page.getByTestId("redeem").click();
  await page.getByTestId("confirm-redeem").click();
  await expect(page.getByRole("alert")).toHaveText("Please fill in: Address");
  await page.getByTestId("delivery-address").fill("1 Tea Street");
  await page.getByTestId("confirm-redeem").click();
  await expect(page.getByTestId("redeemed")).toContainText("Handmade tea");
  await expect.poll(() => merchant.balance("lin")).toBe(100);

  await page.getByRole("button", { name: "See your orders" }).click();
  const order = page.getByTestId("order");
  await expect(order).toHaveCount(1);
  await expect(order).toContainText("Waiting for delivery");
  await page.getByTestId("tab-mall").click();
  await expect(page.getByTestId("item-tea")).toContainText("Sold out");
  await page.getByTestId("tab-me").click();
  await order.getByRole("button", { name: "Cancel", exact: true }).click();
  await order.getByRole("button", { name: "Yes, cancel and pay back 100 points" }).click();
  await expect(order).toContainText("Cancelled and paid back");
  await expect(page.getByTestId("points-balance")).toHaveText("200");
  await page.getByTestId("tab-mall").click();
  await expect(page.getByTestId("item-tea")).toContainText("1 left");
});

test("a viewer who is late for the last piece is told so and keeps the points", async ({
  page,
  browser,
  merchant,
}) => {
  await merchant.apply(PROGRAM);
  await page.goto(merchant.panelUrl("room-1", "late", "&lang=zh&at=mall/item/tea"));
  // The address opens the sheet; without points there is nothing to press yet.
  await expect(page.getByTestId("redeem")).toHaveText("还差 100 积分");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("redeem")).toHaveCount(0);
  await earn(page);
  await page.getByTestId("item-tea").click();
  await page.getByTestId("redeem").click();
  await page.getByTestId("delivery-address").fill("茶街一号");

  const quick = await (await browser.newContext()).newPage();
  await quick.goto(merchant.panelUrl("room-1", "quick", "&lang=zh&at=mall"));
  await earn(quick);
  await quick.getByTestId("item-tea").click();
  await quick.getByTestId("redeem").click();
  await quick.getByTestId("delivery-address").fill("茶街二号");
  await quick.getByTestId("confirm-redeem").click();
  await expect(quick.getByTestId("redeemed")).toBeVisible();

  await page.getByTestId("confirm-redeem").click();
  await expect(page.getByRole("alert")).toHaveText("来晚一步，已兑完");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("item-tea")).toContainText("已兑完");
  await expect.poll(() => merchant.balance("late")).toBe(200);
  await quick.context().close();
});

test("a rank moves while it is looked at, and nobody's id is shown", async ({ page, merchant }) => {
  await merchant.apply(PROGRAM);
  await merchant.report("viewer-secret-9", "room-1", { liked: { count: 2 } });
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en&at=ranks"));
  await expect(page.getByTestId("place")).toContainText("v***9");
  await expect(page.getByTestId("own-place")).toContainText("You are not on it yet");
  await expect(page.getByText("viewer-secret-9")).toHaveCount(0);
  await page.getByTestId("like-button").click();
  await expect(page.getByTestId("own-place")).toContainText("2 more to move up");
  for (let i = 0; i < 2; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("own-place")).toContainText("You are first");
  await expect(page.getByTestId("own-row")).toContainText("1");
});

test("a viewer chooses to stay anonymous, and whoever looks at the board sees no name", async ({
  page,
  browser,
  merchant,
}) => {
  await merchant.apply(PROGRAM);
  await merchant.call("POST", "/v1/viewer:set-public-profile", {
    requestId: "name",
    viewerId: "lin",
    shownAs: { displayName: "小林" },
  });
  await merchant.report("lin", "room-1", { liked: { count: 2 } });
  const other = await (await browser.newContext()).newPage();
  await other.goto(merchant.panelUrl("room-1", "other", "&lang=zh&at=ranks"));
  await expect(other.getByTestId("place")).toContainText("小林");

  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=zh&at=me"));
  await expect(page.getByTestId("own-name")).toHaveText("小林");
  await page.getByTestId("anonymous").click();
  await expect(page.getByTestId("anonymous")).toHaveAttribute("aria-checked", "true");
  await expect(page.getByTestId("own-name")).toHaveText("匿名用户");
  await page.reload();
  await expect(page.getByTestId("anonymous")).toHaveAttribute("aria-checked", "true");

  await expect(async () => {
    await other.reload();
    await expect(other.getByTestId("place")).toContainText("匿名用户", { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await other.context().close();
});
