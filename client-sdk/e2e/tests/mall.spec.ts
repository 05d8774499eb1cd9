import type { Page } from "@playwright/test";
import { expect, test } from "../harness/fixtures.js";
import { MALL_AND_BOARDS } from "../harness/programs.js";

test.use({ viewport: { width: 390, height: 844 } });

const PROGRAM = `
name: Mall and boards
time_zone: Asia/Shanghai
tasks:
  - id: likes
    title: { zh: 点赞, en: Likes }
    trigger: like
    tiers: [{ threshold: 3, rewards: [{ points: 200 }] }]
${MALL_AND_BOARDS}`;

async function earn(page: Page): Promise<void> {
  for (let i = 0; i < 3; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("points-balance")).toHaveText("200");
}

test("a viewer buys an item, sees the order, cancels it, and has the points back @envoy", async ({
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

test("a viewer who is late for the last piece is told so and keeps the points @envoy", async ({
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

test("a rank moves while it is looked at, and nobody's id is shown @envoy", async ({ page, merchant }) => {
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

test("a viewer who enters anonymously is on the board without a name, and sees so", async ({
  page,
  browser,
  merchant,
  deployment,
}) => {
  await merchant.apply(PROGRAM);
  const enter = (anonymous: boolean) =>
    fetch(`${deployment.baseUrl}/v1/rooms/room-1:enter`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${merchant.token("viewer", "lin", { name: "小林" })}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ requestId: `enter-${anonymous}`, shownAs: { anonymous } }),
    });
  expect((await enter(false)).status).toBe(200);
  await merchant.report("lin", "room-1", { liked: { count: 2 } });
  const other = await (await browser.newContext()).newPage();
  await other.goto(merchant.panelUrl("room-1", "other", "&lang=zh&at=ranks"));
  await expect(other.getByTestId("place")).toContainText("小林");

  expect((await enter(true)).status).toBe(200);
  await expect(async () => {
    await other.reload();
    await expect(other.getByTestId("place")).toContainText("匿名用户", { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=zh&at=me"));
  await expect(page.getByTestId("anonymous")).toHaveAttribute("aria-checked", "true");
  await other.context().close();
});

test("the merchant delivers one order and cancels another, and each viewer has what is due", async ({
  page,
  merchant,
}) => {
  await merchant.apply(PROGRAM.replace("stock: 1", "stock: 5"));
  for (const viewerId of ["lin", "wei"]) {
    await merchant.report(viewerId, "room-1", { liked: { count: 3 } });
    await merchant.call("POST", "/v1/mall/items/tea:redeem", {
      requestId: viewerId,
      viewerId,
      delivery: { address: `${viewerId} Street` },
    });
  }
  expect(await merchant.balance("wei")).toBe(100);
  await page.addInitScript(() => localStorage.setItem("flywheel.console.language", "en"));
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(merchant.consoleUrl("mall/orders"));
  const orders = page.locator("[data-testid^='order-']");
  await expect(orders).toHaveCount(2);

  await orders.filter({ hasText: "lin Street" }).getByRole("checkbox").check({ force: true });
  await page.getByTestId("deliver-orders").click();
  await page.locator("[data-testid^='reference-'] input, input[data-testid^='reference-']").fill("SF-1001");
  await page.getByTestId("move-confirm").click();
  await expect(page.locator("[data-testid^='result-']")).toContainText("Done");
  await page.getByTestId("move-close").click();
  await expect(orders).toHaveCount(1);

  await orders.filter({ hasText: "wei Street" }).getByRole("checkbox").check({ force: true });
  await page.getByTestId("cancel-orders").click();
  await page.getByTestId("move-confirm").click();
  await expect(page.getByText("A reason is needed")).toBeVisible();
  await page.getByTestId("cancel-reason").fill("Out of tea");
  await page.getByTestId("move-confirm").click();
  await expect(page.locator("[data-testid^='result-']")).toContainText("Done");
  await page.getByTestId("move-close").click();
  await expect(page.getByText("No orders to deliver")).toBeVisible();
  await expect.poll(() => merchant.balance("wei")).toBe(200);
  expect(await merchant.balance("lin")).toBe(100);

  await page.getByTestId("orders-2").click();
  await expect(orders).toContainText("SF-1001");
  await page.getByTestId("orders-3").click();
  await expect(orders).toContainText("Out of tea");
});

test("a viewer draws, sees what came of it, and checks in the page that it was fair @envoy", async ({
  page,
  merchant,
}) => {
  await merchant.apply(PROGRAM);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await earn(page);
  await page.getByTestId("tab-mall").click();
  await expect(page.getByTestId("lottery-wheel")).toContainText("20 points a draw");
  await page.getByTestId("lottery-wheel").click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("99.9999%");
  await expect(sheet).toContainText("Worth ¥99");
  await expect(sheet).toContainText("You haven't drawn yet");
  await expect(page.getByTestId("pity")).toHaveText(
    "After 2 more without a prize, the next one wins Small prize",
  );
  await page.getByTestId("draw").click();
  await expect(page.getByTestId("drawn")).toContainText("Big prize");
  await expect.poll(() => merchant.balance("lin")).toBe(280);

  // The one big prize is gone, so that the next two draws win nothing, and the third is certain.
  await expect(sheet).toContainText("None left");
  for (const left of ["After 1 more", "Your next draw wins"]) {
    await page.getByTestId("draw").click();
    await expect(page.getByTestId("drawn")).toContainText("No prize this time");
    await expect(page.getByTestId("pity")).toContainText(left);
  }
  await page.getByTestId("draw").click();
  await expect(page.getByTestId("drawn")).toContainText("Small prize · A certain win");
  const draws = page.getByTestId("own-draw");
  await expect(draws).toHaveCount(4);
  for (const draw of await draws.all()) {
    await draw.getByRole("button").click();
    await expect(draw.getByTestId("verdict")).toContainText("It was fair");
  }

  // Each draw stands there afterwards, too, at the sheet's own address.
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en&at=mall/lottery/wheel"));
  await expect(draws).toHaveCount(4);
  await draws.first().getByRole("button").click();
  await expect(draws.first().getByTestId("verdict")).toContainText("It was fair");

  // The merchant withdraws it: what the four draws cost is back, and what was won stays.
  const before = await merchant.balance("lin");
  await page.goto(merchant.consoleUrl("lotteries"));
  await page.getByTestId("withdraw-lottery").click();
  await page.getByRole("dialog").getByRole("textbox").fill("The wrong prize");
  await page.getByTestId("withdraw-confirm").click();
  await expect(page.getByTestId("lottery-withdrawn")).toContainText("The wrong prize");
  await expect.poll(() => merchant.balance("lin")).toBe(before + 80);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en&at=mall/lottery/wheel"));
  await expect(page.getByTestId("withdrawn")).toContainText("The wrong prize");
  await expect(page.getByTestId("draw")).toBeDisabled();
  await expect(draws.first()).toContainText("Cost given back");
});
