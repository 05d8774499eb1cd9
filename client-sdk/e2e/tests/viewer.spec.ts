import type { Page } from "@playwright/test";
import { expect, test } from "../harness/fixtures.js";
import { SHORT_STEPS } from "../harness/programs.js";

test.use({ viewport: { width: 390, height: 844 } });

test("a viewer comes in, checks in, likes, watches, claims, and sees each reward without a reload", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await expect(page.getByTestId("hidden-tasks")).toBeVisible();

  await page.getByTestId("check-in-button").click();
  await expect(page.getByTestId("streak")).toContainText("1");
  await expect(page.getByTestId("reward-toast")).toContainText("10");
  await expect(page.getByTestId("points-balance")).toHaveText("10");

  for (let i = 0; i < 3; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "3");
  await expect(page.getByTestId("points-balance")).toHaveText("15");

  // The first tier of watching takes one heartbeat.
  await expect(page.getByTestId("points-balance")).toHaveText("22", { timeout: 20_000 });

  await page.getByTestId("comment-input").fill("好看");
  await page.getByTestId("comment-input").press("Enter");
  await page.getByTestId("claim-comments").click();
  await expect(page.getByTestId("points-balance")).toHaveText("42");

  // What was hidden is there now.
  await expect(page.getByTestId("task-secret")).toBeVisible();
  await expect.poll(() => merchant.balance("lin")).toBe(42);
});

test("the days of a streak are seen whole, and today joins them with the answer", async ({
  page,
  merchant,
}) => {
  await merchant.applyTemplateAfter("growth-flywheel", "lin", "room-1", [3, 2, 1]);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await expect(page.getByTestId("streak")).toHaveText("3");
  // The calendar as the service tells it is not needed for that.
  await page.getByTestId("check-in-button").waitFor();
  await page.route("**/flywheel.v1.CheckInService/GetCheckInCalendar", () => undefined);
  await page.getByTestId("check-in-button").click();
  await expect(page.getByTestId("streak")).toHaveText("4");
  await page.getByRole("button", { name: "Show the month" }).click();
  const days = page.locator(".kept .circle");
  await expect(days).toHaveCount(await daysOfThisMonth(page, 4));
  for (const day of await days.all()) {
    const isOnTop = await day.evaluate((circle) => {
      const { left, top, width, height } = circle.getBoundingClientRect();
      const root = circle.getRootNode() as ShadowRoot;
      return [0.1, 0.5, 0.9].every((part) => {
        const seen = root.elementFromPoint(left + part * width, top + height / 2);
        return seen !== null && circle.contains(seen);
      });
    });
    expect(isOnTop, "nothing lies over the day").toBe(true);
  }
});

/** How many of the latest days, today among them, the month on the calendar has. */
async function daysOfThisMonth(page: Page, days: number): Promise<number> {
  const today = await page.locator('[aria-current="date"] .unseen').first().textContent();
  return Math.min(days, Number(/\d+/.exec(today ?? "")?.[0] ?? days));
}

test("what is watched counts down at the head, with the reward that it brings", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await expect(page.getByTestId("watch-countdown")).toContainText("7 points");
  // Once that tier is reached, the next one.
  await expect(page.getByTestId("watch-countdown")).toContainText("30 points", { timeout: 20_000 });
  await expect(page.getByTestId("watch-countdown")).toContainText(/14:\d\d/);
});

test("what is liked offline is counted once when the viewer is back, even after the page was closed", async ({
  page,
  context,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "wei", "&lang=en"));
  await page.getByTestId("like-button").click();
  await expect.poll(() => merchant.count("wei", "likes")).toBe(1);

  await context.setOffline(true);
  for (let i = 0; i < 4; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("offline-banner")).toBeVisible();
  expect(await merchant.count("wei", "likes")).toBe(1);
  await page.close();
  await context.setOffline(false);

  const back = await context.newPage();
  await back.goto(merchant.panelUrl("room-1", "wei", "&lang=en"));
  await expect.poll(() => merchant.count("wei", "likes")).toBe(5);
  await expect(back.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "5");
  await expect(back.getByTestId("offline-banner")).toBeHidden();
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test(`the panel recovers by itself when the server is ended with ${signal} and started again`, async ({
    page,
    merchant,
    deployment,
  }) => {
    await merchant.apply(SHORT_STEPS);
    await page.goto(merchant.panelUrl("room-1", "mei", "&lang=en"));
    await page.getByTestId("check-in-button").click();
    await expect(page.getByTestId("points-balance")).toHaveText("10");

    await deployment.stopServer(signal);
    await page.getByTestId("like-button").click();
    await page.getByTestId("like-button").click();
    await deployment.startServer();

    await expect.poll(() => merchant.count("mei", "likes"), { timeout: 40_000 }).toBe(2);
    await page.getByTestId("like-button").click();
    await expect(page.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "3", {
      timeout: 20_000,
    });
    // What another device does reaches this one: the stream is open again.
    await merchant.report("mei", "room-1", { liked: { count: 7 } });
    await expect(page.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "10", {
      timeout: 20_000,
    });
    await expect.poll(() => merchant.count("mei", "likes")).toBe(10);
  });
}

test("every task says why its reward has not come yet", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "an", "&lang=en"));
  await page.getByTestId("why-likes").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Needs 3: 0 so far, 3 to go");
  // It stays open and follows what happens, also when the task moves to those that are done; its reward waits behind it.
  await merchant.report("an", "room-1", { liked: { count: 2 } });
  await expect(dialog).toContainText("Needs 3: 2 so far, 1 to go");
  await merchant.report("an", "room-1", { liked: { count: 98 } });
  await expect(dialog).toContainText("You have all the rewards of this task");
  await expect(page.getByTestId("reward-toast")).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId("reward-toast")).toContainText("+55 points");
});

test("rounds of a repeating task are claimed while the next one counts", async ({ page, merchant }) => {
  await merchant.apply(`
    tasks:
      - id: rounds
        title: { zh: 点赞, en: Likes }
        trigger: like
        window: day
        repeat: true
        payout: on_claim
        tiers: [{ threshold: 2, rewards: [{ points: 3 }] }]
  `);
  await page.goto(merchant.panelUrl("room-1", "xu", "&lang=en"));
  await expect(page.getByTestId("task-rounds")).toBeVisible();
  await merchant.report("xu", "room-1", { liked: { count: 5 } });
  await page.getByTestId("claim-earlier-rounds").click();
  await expect(page.getByTestId("points-balance")).toHaveText("6");
  await expect(page.getByTestId("claim-earlier-rounds")).toBeHidden();
  await expect(page.getByTestId("task-rounds-bar")).toHaveAttribute("aria-valuenow", "1");
});

test("why a claim failed stays in sight", async ({ page, merchant }) => {
  await merchant.apply(`
    tasks:
      - id: scarce
        title: { zh: 限量, en: Scarce }
        trigger: comment
        payout: on_claim
        budget: { tiers: 1 }
        tiers: [{ threshold: 1, rewards: [{ points: 9 }] }]
  `);
  for (const viewer of ["jin", "bo"])
    await merchant.report(viewer, "room-1", { commented: { text: "好看" } });
  await page.goto(merchant.panelUrl("room-1", "bo", "&lang=en"));
  await expect(page.getByTestId("claim-scarce")).toBeVisible();
  await merchant.call("POST", "/v1/tasks/scarce:claim", { requestId: "first", viewerId: "jin", tier: 0 });
  const read = page.waitForResponse((response) => response.url().endsWith("/ListTasks"));
  await page.getByTestId("claim-scarce").click();
  await read;
  await expect(page.getByRole("alert")).toHaveText("All of these rewards are given out");
  await page.waitForTimeout(1_000);
  await expect(page.getByRole("alert")).toHaveText("All of these rewards are given out");
});

test("what was claimed on another device is not offered any more", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "hu", "&lang=en"));
  await merchant.report("hu", "room-1", { commented: { text: "好看" } });
  await expect(page.getByTestId("claim-comments")).toBeVisible();
  await merchant.call("POST", "/v1/tasks/comments:claim", {
    requestId: "elsewhere",
    viewerId: "hu",
    tier: 0,
  });
  await expect(page.getByTestId("points-balance")).toHaveText("20");
  await expect(page.getByTestId("claim-comments")).toBeHidden();
});
