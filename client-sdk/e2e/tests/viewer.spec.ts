import type { Page } from "@playwright/test";
import { expect, test } from "../harness/fixtures.js";
import { SHORT_STEPS } from "../harness/programs.js";

test.use({ viewport: { width: 390, height: 844 } });

test("a viewer comes in, checks in, likes, watches, claims, and sees each reward without a reload @envoy", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await page.getByTestId("check-in-button").click();
  await expect(page.getByTestId("check-in-strip")).toContainText("1 day in a row");
  await expect(page.getByTestId("reward-toast")).toContainText("10");
  await expect(page.getByTestId("points-balance")).toHaveText("10");

  for (let i = 0; i < 3; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "3");
  // The first tier of watching takes one heartbeat, which may have come already.
  await expect(page.getByTestId("points-balance")).toHaveText(/15|22/);
  await expect(page.getByTestId("points-balance")).toHaveText("22", { timeout: 20_000 });

  await page.getByTestId("tab-tasks").click();
  await expect(page.getByTestId("hidden-tasks")).toBeVisible();
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
  await page.getByTestId("check-in-strip").click();
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
  test(`the panel recovers by itself when the server is ended with ${signal} and started again @envoy`, async ({
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
  await page.goto(merchant.panelUrl("room-1", "xu", "&lang=en&at=tasks"));
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
  await page.goto(merchant.panelUrl("room-1", "bo", "&lang=en&at=tasks"));
  await expect(page.getByTestId("claim-scarce")).toBeVisible();
  await merchant.call("POST", "/v1/tasks/scarce:claim", { requestId: "first", viewerId: "jin", tier: 0 });
  const read = page.waitForResponse((response) => response.url().endsWith("/ListTasks"));
  await page.getByTestId("claim-scarce").click();
  await read;
  await expect(page.getByRole("alert")).toHaveText("All of these rewards have been given out");
  await page.waitForTimeout(1_000);
  await expect(page.getByRole("alert")).toHaveText("All of these rewards have been given out");
});

test("what was claimed on another device is not offered any more", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "hu", "&lang=en&at=tasks"));
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

test("all that waits is claimed with one tap", async ({ page, merchant }) => {
  await merchant.apply(`
    tasks:
      - { id: a, title: A, trigger: like, payout: on_claim, tiers: [{ threshold: 1, rewards: [points: 3] }] }
      - { id: b, title: B, trigger: share, payout: on_claim, tiers: [{ threshold: 1, rewards: [points: 4] }] }
  `);
  await merchant.report("ya", "room-1", { liked: {} });
  await merchant.report("ya", "room-1", { shared: { channel: "link" } });
  await page.goto(merchant.panelUrl("room-1", "ya", "&lang=en"));
  await page.getByTestId("claim-all").click();
  await expect(page.getByTestId("points-balance")).toHaveText("7");
  await expect(page.getByTestId("claim-all")).toBeHidden();
});

test("a row says what to do, what it gives and by which rule, does it, and says what did not count", async ({
  page,
  merchant,
}) => {
  await merchant.apply(`
    tasks:
      - id: talk
        title: { zh: 评论, en: Talk }
        trigger: comment
        count: distinct_texts
        condition: size(event.commented.text) >= 2
        tiers: [{ threshold: 2, rewards: [points: 3] }]
      - id: clap
        title: { zh: 点赞, en: Clap }
        trigger: like
        rate_limit: { times: 5, per: 24h }
        tiers: [{ threshold: 100, rewards: [points: 3] }]
  `);
  await page.goto(merchant.panelUrl("room-1", "ning", "&lang=en"));
  const talk = page.getByTestId("task-talk");
  await expect(talk).toContainText("3 points");
  await expect(talk).toContainText("Write 2 different comments, at least 2 characters");
  await page.getByTestId("go-talk").click();
  await expect(page.getByTestId("comment-input")).toBeFocused();
  await page.keyboard.type("a");
  await page.keyboard.press("Enter");
  await expect(talk).toContainText("That didn't count");
  await page.getByTestId("comment-input").fill("hello");
  await page.keyboard.press("Enter");
  await expect(talk).toContainText("1 of 2");
  await page.getByTestId("comment-input").fill("HELLO ");
  await page.keyboard.press("Enter");
  await expect(talk).toContainText("You said that before");

  // The count never runs backwards: what the ceiling passes over is not shown ahead.
  const counts: number[] = [];
  const bar = page.getByTestId("task-clap-bar");
  for (let i = 0; i < 12; i++) {
    await page.getByTestId("go-clap").click();
    counts.push(Number(await bar.getAttribute("aria-valuenow")));
  }
  await expect(page.getByTestId("task-clap")).toContainText("used up what counts");
  counts.push(Number(await bar.getAttribute("aria-valuenow")));
  expect(counts).toEqual([...counts].sort((one, other) => one - other));
  expect(counts.at(-1)).toBe(5);
});

test("likes that come faster than a person can tap are not shown ahead, and it is said why they don't count", async ({
  page,
  merchant,
}) => {
  await merchant.apply(`
    presence: { max_actions_per_second: 1 }
    tasks:
      - id: clap
        title: { zh: 点赞, en: Clap }
        trigger: like
        tiers: [{ threshold: 100, rewards: [points: 3] }]
  `);
  await page.goto(merchant.panelUrl("room-1", "kuai", "&lang=en"));
  const bar = page.getByTestId("task-clap-bar");
  await expect(bar).toHaveAttribute("aria-valuenow", "0");
  await page.getByTestId("like-button").waitFor();
  await bar.evaluate((element) => {
    const counts: number[] = [];
    Object.assign(window, { counts });
    new MutationObserver(() => counts.push(Number(element.getAttribute("aria-valuenow")))).observe(element, {
      attributes: true,
    });
  });
  // All in one moment, as an app does that taps for its viewer.
  await page.getByTestId("like-button").evaluate((button: HTMLButtonElement) => {
    for (let i = 0; i < 40; i++) button.click();
  });
  await expect(page.getByTestId("said")).toContainText(/\d+ likes came too fast to count/);
  const counted = await merchant.count("kuai", "clap");
  expect(counted).toBeGreaterThanOrEqual(10);
  expect(counted).toBeLessThan(40);
  await expect(bar).toHaveAttribute("aria-valuenow", String(counted));
  const counts = await page.evaluate(() => (window as unknown as { counts: number[] }).counts);
  expect(counts).toEqual([...counts].sort((one, other) => one - other));
});

test("tabs and sheets have addresses, and the back button closes a sheet before it leaves a tab", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "su", "&lang=en"));
  await page.getByTestId("tab-tasks").click();
  await page.getByTestId("why-likes").click();
  await expect(page.getByTestId("explanation")).toBeVisible();
  const address = page.url();
  expect(address).toContain("at=tasks/task/likes");
  await page.goBack();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByTestId("tab-tasks")).toHaveAttribute("aria-current", "page");
  await page.goForward();
  await expect(page.getByTestId("explanation")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.goBack();
  await expect(page.getByTestId("tab-today")).toHaveAttribute("aria-current", "page");

  // The same address in another page shows the same, and closing its sheet leaves the tab.
  const another = await page.context().newPage();
  await another.goto(`${address}#token=${merchant.token("viewer", "su")}`);
  await expect(another.getByTestId("explanation")).toBeVisible();
  await another.keyboard.press("Escape");
  await expect(another.getByTestId("task-likes")).toBeVisible();
  expect(another.url()).toContain("at=tasks");
  // What is no longer there says so.
  await another.goto(`${address.replace("task/likes", "task/gone")}#token=${merchant.token("viewer", "su")}`);
  await expect(another.getByRole("dialog")).toContainText("No longer here");
});

test("a feature that can't be loaded offline comes when the viewer is back", async ({
  page,
  context,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "kai", "&lang=en"));
  await page.getByTestId("check-in-button").waitFor();
  await context.setOffline(true);
  await page.getByTestId("tab-me").click();
  await expect(page.getByTestId("part-offline").first()).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("heading", { name: "Your rewards" })).toBeVisible();
});

test("a page that is older than the service says so when a part of it is gone", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "lu", "&lang=en"));
  await page.getByTestId("check-in-button").waitFor();
  await page.route("**/panel/assets/grants-*.js", (route) => route.fulfill({ status: 404 }));
  await page.getByTestId("tab-me").click();
  await expect(page.getByTestId("outdated")).toBeVisible();
  await page.unroute("**/panel/assets/grants-*.js");
  await page.getByTestId("outdated").getByRole("button").click();
  // The page is loaded anew, where it was and as whom it was.
  await expect(page.getByRole("heading", { name: "Your rewards" })).toBeVisible();
});

test("a comment that is written offline is sent once when the viewer is back; following is remembered", async ({
  page,
  context,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.panelUrl("room-1", "qin", "&lang=en"));
  await page.getByTestId("follow-button").click();
  await expect(page.getByTestId("follow-button")).toHaveAttribute("aria-pressed", "true");
  await context.setOffline(true);
  await page.getByTestId("comment-input").fill("好看");
  await page.getByTestId("comment-input").press("Enter");
  await expect(page.getByTestId("said")).toContainText("好看", { timeout: 20_000 });
  expect(await merchant.count("qin", "comments")).toBe(0);
  await context.setOffline(false);
  await expect.poll(() => merchant.count("qin", "comments"), { timeout: 20_000 }).toBe(1);
  await expect(page.getByTestId("said")).toBeHidden();
  await page.reload();
  await expect(page.getByTestId("follow-button")).toHaveAttribute("aria-pressed", "true");
});

test("the eighth day of a streak is told of", async ({ page, merchant }) => {
  await merchant.applyTemplateAfter("growth-flywheel", "lin", "room-1", [7, 6, 5, 4, 3, 2, 1]);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await page.getByTestId("check-in-button").click();
  await expect(page.getByTestId("reward-toast")).toContainText("Day 8 in a row");
});
