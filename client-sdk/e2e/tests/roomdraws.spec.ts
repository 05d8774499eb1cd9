import { randomUUID } from "node:crypto";
import { expect, test } from "../harness/fixtures.js";
import { SHORT_STEPS } from "../harness/programs.js";

const bag = (openFor: string) => `${SHORT_STEPS}
room_draws:
  - id: bag
    title: { zh: 福袋, en: Lucky bag }
    open_for: ${openFor}
    entry: { trigger: comment }
    organizer: { zh: 小店, en: A shop }
    delivery: { zh: 立即到账, en: Credited at once }
    prizes:
      - id: first
        title: { zh: 头奖, en: First prize }
        rewards: [{ points: 30 }, { coupon: { coupon_id: bag, title: { zh: 福袋券, en: Bag coupon }, valid_for: 3d } }]
`;

test("a viewer enters a room's draw by a comment, wins it, and finds the coupon with its code", async ({
  page,
  merchant,
}) => {
  test.setTimeout(240_000);
  await merchant.apply(bag("40s"));
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await page.getByTestId("check-in-button").waitFor();
  await merchant.call("POST", "/v1/rooms/room-1/draws", { requestId: randomUUID(), roomDrawId: "bag" });

  await expect(page.getByTestId("room-draw-time")).toContainText("Drawn in", { timeout: 30_000 });
  await page.getByTestId("tab-tasks").click();
  await page.getByTestId("comment-input").fill("好看");
  await page.getByTestId("comment-input").press("Enter");
  await page.getByTestId("tab-today").click();
  await expect(page.getByTestId("room-draw-entered")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId("room-draw-won")).toContainText("You won: First prize", { timeout: 90_000 });
  await expect(page.getByTestId("room-draw-winners")).toContainText("First prize");
  // What was watched meanwhile has paid too.
  await expect.poll(() => merchant.balance("lin")).toBeGreaterThanOrEqual(30);

  await page.getByTestId("tab-me").click();
  await expect(page.getByTestId("coupon")).toContainText("Bag coupon");
  await expect(page.getByTestId("coupon")).toContainText("Ends soon");
  const code = page.getByTestId("coupon").getByRole("button");
  await expect(code).toHaveText(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);

  // The merchant's support finds whose it is, as it was typed into a message.
  const typed = (await code.innerText()).toLowerCase().replaceAll("-", "");
  await page.goto(merchant.consoleUrl("coupons"));
  await page.getByTestId("coupon-code").fill("7Q2M-XK4D");
  await page.getByTestId("find-coupon").click();
  await expect(page.getByText(/No viewer has this code|没有观众持有这个券码/)).toBeVisible();
  await page.getByTestId("coupon-code").fill(typed);
  await page.getByTestId("coupon-code").press("Enter");
  await expect(page.getByTestId("found-coupon")).toContainText(/can be used|可使用/);
  await expect(page.getByTestId("found-coupon").getByRole("link", { name: "lin" })).toBeVisible();
});

test("a host starts a draw in the console, and withdraws it with a reason that viewers see @envoy", async ({
  page,
  merchant,
}) => {
  await merchant.apply(bag("1h"));
  await merchant.report("lin", "room-1", { entered: {} });
  await page.goto(merchant.consoleUrl("room-draws"));
  await page.getByTestId("start-bag").click();
  await expect(page.getByTestId("draw-1").getByTestId("draw-state")).toHaveText(/Open|进行中/);
  await page
    .getByTestId("draw-1")
    .getByRole("button", { name: /Withdraw|取消/ })
    .click();
  await page.getByRole("dialog").getByRole("textbox").fill("The wrong prize");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Withdraw|取消/ })
    .click();
  await expect(page.getByTestId("draw-1")).toContainText("The wrong prize");
  await expect(page.getByTestId("draw-1").getByTestId("draw-state")).toHaveText(/Withdrawn|已取消/);
});
