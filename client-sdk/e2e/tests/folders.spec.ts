import { randomUUID } from "node:crypto";
import { type App, Build, featuresOf } from "../harness/builds.js";
import { expect, test } from "../harness/fixtures.js";
import { MALL_AND_BOARDS, REFERRAL, SHORT_STEPS } from "../harness/programs.js";

const EVERYTHING = `${SHORT_STEPS}${MALL_AND_BOARDS}${REFERRAL}
levels: { levels: [{ id: bronze, title: { zh: 青铜, en: Bronze }, experience: 10 }] }
badges: [{ id: fan, title: { zh: 粉丝, en: Fan } }]
seasons:
  - { id: month, title: { zh: 月赛季, en: Season }, period: month, tiers: [{ id: one, experience: 10 }] }
budgets: [{ id: gifts, title: { zh: 礼物, en: Gifts }, per: day, points: 100000 }]
boosters: { boosters: [{ id: double, title: { zh: 双倍积分, en: Double points }, percent: 200 }] }
room_draws:
  - id: bag
    title: { zh: 福袋, en: Lucky bag }
    open_for: 1h
    entry: { trigger: comment }
    organizer: { zh: 小店, en: A shop }
    delivery: { zh: 立即到账, en: Credited at once }
    prizes: [{ id: points, title: { zh: 积分, en: Points }, rewards: [{ points: 10 }] }]
`;

/** What shows that a feature of the panel is there, and the tab that it is in. */
const signs: Readonly<Record<string, [tab: string, testId: string]>> = {
  checkin: ["today", "check-in-button"],
  boosters: ["today", "booster-double"],
  seasons: ["tasks", "season-month"],
  tasks: ["tasks", "task-likes"],
  points: ["me", "points-balance"],
  grants: ["me", "grants"],
  coupons: ["me", "coupons"],
  roomdraws: ["today", "room-draw-bag"],
  mall: ["mall", "item-tea"],
  lottery: ["mall", "lottery-wheel"],
  ranks: ["ranks", "own-place"],
  profile: ["me", "anonymous"],
  levels: ["me", "level"],
  referral: ["tasks", "invite-card"],
  badges: ["me", "badges"],
};

/** What shows itself only once there is something to tell. */
const silent = ["reminders"];

/** Without these no page is missing: their tours are taken by Envoy too, since pages call almost every service. */
const pageless: Readonly<Record<App, string>> = { panel: "reminders", console: "counting" };
const door = (app: App, left: readonly string[]) => (left.join() === pageless[app] ? " @envoy" : "");

/**
 * Which folders are left out, one build after the other: half of them by turns, so that of any two each is there once while the
 * other one is not.
 */
function leftOut(app: App): string[][] {
  const features = featuresOf(app).sort();
  const halves: string[][] = [];
  for (let bit = 1; bit < features.length; bit *= 2)
    for (const set of [0, bit]) halves.push(features.filter((_, index) => (index & bit) === set));
  return [[pageless[app]], ...halves];
}

test("each feature of the panel shows itself", () => {
  expect([...Object.keys(signs), ...silent].sort()).toEqual(featuresOf("panel").sort());
});

test("of any two folders each is left out once while the other one is there", () => {
  for (const app of ["panel", "console"] as const)
    for (const gone of featuresOf(app))
      for (const there of featuresOf(app).filter((each) => each !== gone))
        expect(
          leftOut(app).some((left) => left.includes(gone) && !left.includes(there)),
          `${app}: ${there} without ${gone}`,
        ).toBe(true);
});

test("a tour of every page is there to be taken by Envoy", () => {
  for (const app of ["panel", "console"] as const) expect(featuresOf(app)).toContain(pageless[app]);
});

for (const left of leftOut("panel")) {
  test(`the panel without ${left.join(", ")} does all that the others do${door("panel", left)}`, async ({
    page,
    merchant,
  }) => {
    test.setTimeout(180_000);
    await merchant.apply(EVERYTHING);
    await merchant.call("POST", "/v1/rooms/room-1/draws", { requestId: randomUUID(), roomDrawId: "bag" });
    const build = await Build.of("panel", { left });
    try {
      await build.serve(page);
      await page.setViewportSize({ width: 390, height: 844 });
      for (const tab of new Set(Object.values(signs).map(([at]) => at))) {
        await page.goto(merchant.panelUrl("room-1", "lin", `&lang=en&at=${tab}`));
        await expect(page.getByRole("main")).not.toBeEmpty();
        const here = Object.entries(signs).filter(([, [at]]) => at === tab);
        for (const [name, [, sign]] of here)
          if (!left.includes(name)) await expect(page.getByTestId(sign).first()).toBeVisible();
        for (const [name, [, sign]] of here)
          if (left.includes(name)) await expect(page.getByTestId(sign)).toHaveCount(0);
      }
      // What one feature gives reaches the others.
      await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
      for (let i = 0; i < 3; i++) await page.getByTestId("like-button").click();
      await expect.poll(() => merchant.balance("lin")).toBeGreaterThanOrEqual(5);
      if (!left.includes("points")) await expect(page.getByTestId("points-balance")).toHaveText(/[1-9]/);
    } finally {
      build.delete();
    }
  });
}

for (const left of leftOut("console")) {
  test(`the console without ${left.join(", ")} leads to all that is there${door("console", left)}`, async ({
    page,
    merchant,
  }) => {
    test.setTimeout(180_000);
    await merchant.apply(EVERYTHING);
    await merchant.report("lin", "room-1", { liked: { count: 4 } });
    const build = await Build.of("console", { left });
    try {
      await build.serve(page);
      await page.goto(merchant.consoleUrl());
      const areas = page.locator("aside nav a.place");
      await expect(areas.first()).toBeVisible();
      let pages = 0;
      for (let area = 0; area < (await areas.count()); area++) {
        await areas.nth(area).click();
        await expect(areas.nth(area)).toHaveClass(/here/);
        const inside = page.locator("aside nav ul.inside a");
        for (let i = 0; i < Math.max(1, await inside.count()); i++) {
          if ((await inside.count()) > 0) await inside.nth(i).click();
          await expect(page.locator("main h1").first()).toBeVisible();
          await expect(page.getByTestId("not-found")).toHaveCount(0);
          pages++;
        }
      }
      expect(pages).toBeGreaterThan(2);
      if (!left.includes("viewers")) {
        await page.goto(merchant.consoleUrl("viewers/lin"));
        await expect(page.locator("main h1").first()).toBeVisible();
        await expect(page.getByTestId("not-found")).toHaveCount(0);
      }
    } finally {
      build.delete();
    }
  });
}

test("a panel that was open while a new release came goes on in the new one, where it was", async ({
  page,
  merchant,
}) => {
  test.setTimeout(180_000);
  await merchant.apply(EVERYTHING);
  const next = await Build.of("panel", { prefix: "next-" });
  try {
    await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
    await page.getByTestId("check-in-button").waitFor();
    // From now on every script has another name, and the old ones are gone.
    await next.serve(page);
    await page.getByTestId("tab-mall").click();
    await page.getByTestId("outdated").getByRole("button").click();
    await expect(page.getByTestId("item-tea")).toBeVisible();
    expect(new URL(page.url()).searchParams.get("at")).toBe("mall");
    const scripts = await page
      .locator("script[src]")
      .evaluateAll((all) => all.map((each) => each.getAttribute("src")));
    expect(scripts.join()).toContain("/next-");
  } finally {
    next.delete();
  }
});
