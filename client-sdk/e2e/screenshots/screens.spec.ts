import type { BrowserContext, Page } from "@playwright/test";
import { expect, test } from "../harness/fixtures.js";
import { DAY_MILLIS, Merchant } from "../harness/merchant.js";

const out = "screenshots/out";
const names = [
  "xiaoyu",
  "aming",
  "meimei",
  "dashan",
  "lele",
  "qiqi",
  "nannan",
  "tangtang",
  "feifei",
  "doudou",
];

const looks = (["zh", "en"] as const).flatMap((language) =>
  (["light", "dark"] as const).flatMap((theme) =>
    [
      { device: "phone", viewport: { width: 390, height: 844 } },
      { device: "desktop", viewport: { width: 1440, height: 900 } },
    ].map((place) => ({ language, theme, ...place })),
  ),
);

for (const { language, theme, device, viewport } of looks) {
  const look = `${device}-${language}-${theme}`;

  test(`every screen, ${look}`, async ({ browser, merchant, deployment }) => {
    await live(merchant);
    const context = await browser.newContext({
      viewport,
      colorScheme: theme,
      locale: language === "zh" ? "zh-CN" : "en-GB",
      deviceScaleFactor: device === "phone" ? 2 : 1,
      reducedMotion: "reduce",
    });
    await context.addInitScript((kept) => localStorage.setItem("flywheel.console.language", kept), language);
    const page = await context.newPage();
    const shoot = async (name: string, whole = false) => {
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      // On a screen as high as the page, so that bars stand where a reader would see them.
      if (whole) await page.setViewportSize({ width: viewport.width, height });
      await page.screenshot({ path: `${out}/${name}-${look}.png` });
      await page.setViewportSize(viewport);
    };
    const query = `&lang=${language}&theme=${theme}`;
    await panel(page, context, merchant, shoot, query);
    await troubled(page, merchant, new Merchant(deployment, `${merchant.id}-new`), shoot, query);
    await console_(page, merchant, shoot);
    await context.close();
  });
}

type Shoot = (name: string, whole?: boolean) => Promise<void>;

async function panel(page: Page, context: BrowserContext, merchant: Merchant, shoot: Shoot, query: string) {
  await page.goto(merchant.panelUrl("room-1", "xiaoyu", query));
  await expect(page.getByTestId("task-daily-likes")).toBeVisible();
  await shoot("panel", true);
  await page.getByTestId("check-in-button").click();
  await expect(page.getByTestId("reward-toast")).toBeVisible();
  await shoot("panel-reward");
  await expect(page.getByTestId("reward-toast")).toBeHidden();
  await shoot("panel-done");
  await page.getByTestId("tab-tasks").click();
  await expect(page.getByTestId("task-daily-share")).toBeVisible();
  await shoot("panel-tasks", true);
  await page.getByTestId("tab-today").click();
  await page.getByTestId("check-in-strip").click();
  await page.locator("button[aria-expanded]").first().click();
  await shoot("panel-month");
  await page.locator("button.fixable").last().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot("panel-make-up");
  await page.keyboard.press("Escape");
  await page.getByTestId("tab-tasks").click();
  await page.getByTestId("why-watch-broadcast").click();
  await expect(page.getByRole("dialog")).toContainText("15");
  await shoot("panel-why");
  await page.keyboard.press("Escape");
  await page.getByTestId("points-balance").click();
  await expect(page.getByTestId("points-entry").first()).toBeVisible();
  await drawn(page);
  await shoot("panel-me", true);
  await context.setOffline(true);
  await page.getByTestId("like-button").click();
  await expect(page.getByTestId("offline-banner")).toBeVisible();
  await shoot("panel-offline");
  await context.setOffline(false);
  await page.goto(merchant.panelUrl("room-1", "xiaoyu", query).replace(/token=.*/, "token=worthless"));
  await expect(page.getByRole("alert").or(page.getByRole("status")).first()).toBeVisible();
  await shoot("panel-signed-out");
}

/** What a viewer sees while nothing has come yet, when nothing comes, and where there is nothing. */
async function troubled(page: Page, merchant: Merchant, fresh: Merchant, shoot: Shoot, query: string) {
  const tasks = "**/flywheel.v1.TaskService/ListTasks";
  await page.route(tasks, () => undefined);
  await page.goto(merchant.panelUrl("room-1", "xiaoyu", query));
  await expect(page.getByRole("main")).toBeVisible();
  await drawn(page);
  await shoot("panel-loading");
  await page.unroute(tasks);
  await page.route(tasks, (route) => route.abort());
  await page.goto(merchant.panelUrl("room-1", "aming", query));
  await expect(page.locator(".notice").getByRole("button")).toBeVisible({ timeout: 20_000 });
  await shoot("panel-failed");
  await page.unroute(tasks);
  await page.goto(fresh.panelUrl("room-1", "xiaoyu", query));
  await expect(page.locator(".notice")).toBeVisible();
  await shoot("panel-no-program");
}

async function console_(page: Page, merchant: Merchant, shoot: Shoot) {
  const signIn = new URL(merchant.consoleUrl()).origin + "/console/";
  await page.goto(signIn);
  await expect(page.getByTestId("sign-in-token")).toBeVisible();
  await shoot("console-sign-in");
  const screens: [name: string, path: string, ready: string][] = [
    ["console-rooms", "rooms", "room-room-1"],
    ["console-cockpit", "rooms/room-1", "watch-curve"],
    ["console-empty-room", "rooms/no-room", "no-broadcast"],
    ["console-viewers", "viewers", "viewer-row-xiaoyu"],
    ["console-viewer", "viewers/xiaoyu", "explain-daily-likes"],
    ["console-program", "program", "program-form"],
    ["console-versions", "versions", "version-1"],
    ["console-templates", "program/templates", "template-new-room"],
  ];
  for (const [name, path, ready] of screens) {
    await page.goto(merchant.consoleUrl(path));
    await expect(page.getByTestId(ready).first()).toBeVisible();
    await drawn(page);
    await shoot(name, true);
  }
  await page.goto(merchant.consoleUrl("viewers/xiaoyu"));
  await page.getByTestId("explain-daily-likes").click();
  await expect(page.getByTestId("why").getByRole("listitem").first()).toBeVisible();
  await page.getByTestId("explain-daily-likes").evaluate((task) => task.scrollIntoView());
  await shoot("console-why");
  await page.getByTestId("adjust-points").click();
  await page.getByTestId("adjust-amount").fill("50");
  await shoot("console-adjust");
  await page.goto(merchant.consoleUrl("nowhere"));
  await expect(page.getByTestId("not-found")).toBeVisible();
  await shoot("console-not-found");
  await page.goto(merchant.consoleUrl("program/templates"));
  await page.getByTestId("template-daily-habit").getByRole("button").click();
  await page.getByTestId("apply-button").click();
  await expect(page.getByTestId("apply-confirm")).toBeEnabled();
  await drawn(page);
  await shoot("console-apply");
  await page.getByTestId("apply-confirm").click();
  await expect(page.getByTestId("apply-confirm")).toBeHidden();
  await page.goto(merchant.consoleUrl("versions"));
  await expect(page.getByTestId("version-2")).toBeVisible();
  await expect(page.getByTestId("version-diff")).toBeVisible();
  await drawn(page);
  await shoot("console-compare", true);
}

/** Charts and editors are drawn a moment after their places are there. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((rested) => requestIdleCallback(rested, { timeout: 2000 })));
  await page.waitForTimeout(500);
}

/** A room with a week behind it and viewers in it. */
async function live(merchant: Merchant): Promise<void> {
  // Six days in a row, and a day missed before them.
  await merchant.applyTemplateAfter("growth-flywheel", "xiaoyu", "room-1", [10, 9, 8, 6, 5, 4, 3, 2, 1]);
  const now = Date.now();
  for (const [index, name] of names.entries()) {
    const came = now - (index + 2) * 97_000;
    const at = (millis: number) => new Date(Math.min(came + millis, now)).toISOString();
    const event = (what: object, time: string, order: number) => ({
      eventId: `${name}-${order}`,
      viewerId: name,
      roomId: "room-1",
      occurredAt: time,
      ...what,
    });
    await merchant.call("POST", "/v1/events:ingest", {
      events: [
        event({ entered: {} }, at(0), 0),
        event({ liked: { count: 7 * (index + 1) } }, at(20_000), 1),
        event({ commented: { text: `主播好 ${index}` } }, at(40_000), 2),
        ...(index % 3 === 0 ? [event({ followed: {} }, at(50_000), 3)] : []),
        ...(index % 4 === 0
          ? [event({ ordered: { orderId: `o-${name}`, amountMinor: "12900" } }, at(60_000), 4)]
          : []),
        ...(index % 2 === 0 ? [event({ shared: { channel: "wechat" } }, at(70_000), 5)] : []),
        event(
          { watched: { startedAt: at(0), endedAt: new Date(now).toISOString() } },
          new Date(now).toISOString(),
          6,
        ),
      ],
    });
  }
  for (const daysAgo of [5, 4, 3, 2, 1]) {
    await merchant.report("xiaoyu", "room-1", { liked: { count: 12 } }, new Date(now - daysAgo * DAY_MILLIS));
  }
}
