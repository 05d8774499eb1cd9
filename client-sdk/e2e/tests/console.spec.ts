import type { Page } from "@playwright/test";
import { expect, test } from "../harness/fixtures.js";
import { SHORT_STEPS } from "../harness/programs.js";

test.use({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });

test("only hosts and merchants sign in, and who may not is told why @envoy", async ({
  page,
  merchant,
  deployment,
}) => {
  await page.goto(`${deployment.baseUrl}/console/`);
  const forged = merchant.token("host", "boss").replace(/.{8}$/, "AAAAAAAA");
  for (const [bad, why] of [
    ["no-token-at-all", "not a token"],
    [merchant.token("viewer", "lin"), "viewer's token"],
    [merchant.token("host", "boss", { ttlSeconds: -60 }), "has expired"],
    [forged, "refuses"],
  ] as const) {
    await page.getByTestId("sign-in-token").fill(bad);
    await page.getByTestId("sign-in-button").click();
    await expect(page.getByRole("alert")).toContainText(why);
    await expect(page.getByTestId("sign-in-token")).toBeVisible();
  }
  await page.getByTestId("sign-in-token").fill(merchant.token("host", "boss"));
  await page.getByTestId("sign-in-button").click();
  await expect(page.getByTestId("sign-in-token")).toBeHidden();
  expect(page.url()).not.toContain("token");
});

test("a link that signs in leaves no token in the address @envoy", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  // The last one changes nothing but the fragment of the page that is open.
  for (const path of ["", "program", "program"]) {
    await page.goto(merchant.consoleUrl(path));
    await expect(page).not.toHaveURL(/token/);
    await expect(page.getByTestId("account")).toBeVisible();
  }
});

test("a link or a token as messages carry it signs in", async ({ page, merchant, deployment }) => {
  await page.goto(`${merchant.consoleUrl("", "host")}。`);
  await expect(page.getByTestId("account")).toBeVisible();
  await page.getByTestId("account").click();
  await page.getByTestId("sign-out").click();
  await expect(page.getByTestId("sign-in-token")).toBeVisible();
  await page.goto(`${deployment.baseUrl}/console/`);
  const token = merchant.token("host", "boss");
  await page.getByTestId("sign-in-token").fill(`${token.slice(0, 40)} ${token.slice(40)}`);
  await page.getByTestId("sign-in-button").click();
  await expect(page.getByTestId("account")).toBeVisible();
  await page.goto(`${deployment.baseUrl}/console/#token=。`);
  await expect(page.getByRole("alert")).toContainText("not a token");
});

test("the navigation leads to every area that is there, and back again", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.consoleUrl());
  await expect(page).toHaveURL(/\/rooms$/);
  await page.getByTestId("area-engage").click();
  await expect(page.getByTestId("program-form")).toContainText("Likes");
  await page.getByRole("link", { name: "Templates" }).click();
  await expect(page.getByRole("heading", { name: "Templates" })).toBeVisible();
  await page.getByTestId("area-govern").click();
  await expect(page.getByTestId("version-1")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/program\/templates$/);
  await expect(page.getByTestId("area-mall")).toBeHidden();
  await page.goto(merchant.consoleUrl("program/versions"));
  await expect(page.getByTestId("version-1")).toBeVisible();
});

test("a tab that a release left behind goes on at the page that was asked for", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.consoleUrl("rooms"));
  await expect(page.getByTestId("account")).toBeVisible();

  // While the scripts can't be had and there is no other release, the page stays and says so.
  await page.route("**/console/assets/AudienceView-*.js", (route) => route.abort());
  await page.getByTestId("area-audience").click();
  await expect(page.getByText("could not be loaded")).toBeVisible();
  await expect(page.getByTestId("account")).toBeVisible();

  // After a release the entry has another name, and the old scripts are gone.
  let loads = 0;
  await page.route("**/console/", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/src="([^"]+)"/, 'src="$1?next"');
    loads++;
    await route.fulfill({ response: answer, body });
  });
  await page.unroute("**/console/assets/AudienceView-*.js");
  let gone = true;
  await page.route("**/console/assets/VersionsView-*.js", (route) =>
    gone ? route.fulfill({ status: 404, body: "" }) : route.continue(),
  );
  const reloaded = page.waitForEvent("load").then(() => (gone = false));
  await page.getByTestId("area-govern").click();
  await reloaded;
  await expect(page).toHaveURL(/\/versions$/);
  await expect(page.getByRole("heading", { name: "Versions" })).toBeVisible();
  expect(loads).toBeGreaterThan(0);
});

test("the keyboard goes to another room and back, and tabs are told apart by their titles", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.report("lin", "room-1", { entered: {} });
  await merchant.report("wei", "room-2", { entered: {} });
  await page.goto(merchant.consoleUrl("rooms/room-1", "host"));
  await expect(page).toHaveTitle("room-1 · Flywheel");
  const switcher = page.getByTestId("room-switcher");
  await switcher.press("Enter");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(switcher).toBeFocused();
  await switcher.press("Enter");
  await page.getByRole("searchbox").fill("room-2");
  await page.keyboard.press("Enter");
  await expect(page).toHaveTitle("room-2 · Flywheel");
  await page.getByTestId("account").press("Enter");
  await expect(page.getByTestId("sign-out")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("sign-out")).toBeHidden();
});

test("the cockpit moves as it happens in the room @envoy", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.report("lin", "room-1", { entered: {} });
  await page.goto(merchant.consoleUrl("rooms/room-1", "host"));
  await expect(page.getByTestId("viewers-now")).toContainText("1");

  await merchant.report("wei", "room-1", { entered: {} });
  await expect(page.getByTestId("viewers-now")).toContainText("2");
  await expect(page.getByTestId("newest-viewers")).toContainText("wei");

  await merchant.report("wei", "room-1", { liked: { count: 3 } });
  await expect(page.getByTestId("reward-ticker")).toContainText("wei");
  await expect(page.getByTestId("active-viewers")).toContainText("wei");

  await merchant.report("wei", "room-1", { left: {} });
  await expect(page.getByTestId("viewers-now")).toContainText("1");
});

test("the cockpit goes on by itself after the server was restarted @envoy", async ({
  page,
  merchant,
  deployment,
}) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.report("lin", "room-1", { entered: {} });
  await page.goto(merchant.consoleUrl("rooms/room-1", "host"));
  await expect(page.getByTestId("viewers-now")).toContainText("1");
  await deployment.stopServer("SIGKILL");
  await deployment.startServer();
  await merchant.report("wei", "room-1", { entered: {} });
  await expect(page.getByTestId("viewers-now")).toContainText("2", { timeout: 40_000 });
});

test("a viewer's story tells why a reward has not come", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.report("lin", "room-1", { entered: {} });
  await merchant.report("lin", "room-1", { liked: { count: 4 } });
  await merchant.report("wei", "room-1", { entered: {} });
  await page.goto(merchant.consoleUrl("viewers", "host"));
  await expect(page.getByTestId("viewer-row-wei")).toBeVisible();
  await page.getByTestId("viewer-search").fill("li");
  await expect(page.getByTestId("viewer-row-wei")).toBeHidden();
  await page.getByTestId("viewer-row-lin").click();
  await page.getByTestId("explain-likes").click();
  await expect(page.getByTestId("why")).toContainText("tiers[1]");
});

test("figures lead to the people behind them, but not those who may not see people @envoy", async ({
  page,
  browser,
  merchant,
}) => {
  await merchant.apply("tags: [{id: fan, title: Fan, condition: viewer.days_known >= 0}]");
  const [first, next] = [2, 1].map((days) => new Date(Date.now() - days * 86_400_000));
  await merchant.report("lin", "room-1", { entered: {} }, first);
  await merchant.report("lin", "room-1", { liked: { count: 3 } }, next);
  const day = (at: Date | undefined) =>
    new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(at);

  await page.goto(merchant.consoleUrl("insight"));
  const visits = page.getByTestId("insight-figures").getByTestId("figure-visits").getByRole("link");
  await expect(visits).toHaveText("2");
  await visits.click();
  await expect(page.getByTestId("visit-lin")).toHaveCount(2);

  await page.goto(merchant.consoleUrl("insight"));
  const cell = page.getByTestId(`cell-${day(first)}-1`);
  await expect(cell).toHaveText("100%");
  await cell.click();
  await expect(page).toHaveURL(new RegExp(`audience\\?cohort=${day(first)}&active=${day(next)}`));
  await expect(page.getByTestId("active")).toContainText(day(next));

  await page.goto(merchant.consoleUrl("insight"));
  const fans = page.getByTestId("tag-count-fan").getByRole("link");
  await expect(fans).toHaveText("1");
  await fans.click();
  await expect(page).toHaveURL(/audience\?tag=fan/);
  await expect(page.getByTestId("tag-fan")).toHaveAttribute("aria-pressed", "true");

  const analyst = await (await browser.newContext()).newPage();
  await analyst.goto(merchant.consoleUrl("", "analyst"));
  await expect(analyst.getByTestId("insight-figures")).toBeVisible();
  await expect(analyst.getByTestId("tag-count-fan")).toContainText("fewer than 50");
  await expect(analyst.getByTestId("tag-count-fan").getByRole("link")).toHaveCount(0);
  await expect(analyst.getByTestId("insight-figures").getByRole("link")).toHaveCount(0);
  await expect(analyst.getByTestId("area-audience")).toHaveCount(0);

  // A weekly report on paper is the report alone, however dark the screen is.
  await analyst.emulateMedia({ media: "print", colorScheme: "dark" });
  await analyst.goto(merchant.consoleUrl("weekly", "analyst"));
  await expect(analyst.getByTestId("weekly-figures")).toBeVisible();
  await expect(analyst.getByTestId("account")).toBeHidden();
  await expect(analyst.locator("html")).toHaveCSS("color", "rgb(29, 25, 22)");
});

test("the form of a tag says whom it would move, and leads to them", async ({ page, merchant }) => {
  await merchant.apply("tags: [{id: fan, title: Fan, condition: viewer.points >= 5}]");
  await merchant.report("lin", "room-1", { entered: {} });
  const preview = page.getByTestId("tag-preview");
  await expect(async () => {
    await page.goto(merchant.consoleUrl("program"));
    await page.getByTestId("tag-fan").click();
    await expect(preview).toContainText("It holds for nobody who was looked at", { timeout: 3_000 });
  }).toPass({ timeout: 60_000 }); // the audience follows by and by

  const condition = page.locator("[data-path='tags[0].condition']").locator("input, textarea");
  await condition.fill("viewer.points >=");
  await expect(preview).toContainText("Once the condition is right");
  await condition.fill("viewer.points >= 0");
  await expect(preview).toContainText("Would come to have it: 1.");
  await expect(preview.getByTestId("sample-lin")).toContainText("points 0");
  await preview.getByTestId("sample-lin").getByRole("link").click();
  await expect(page).toHaveURL(/viewers\/lin/);
});

test("what no viewer's id begins with finds nobody, and is no error", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.report("lin", "room-1", { entered: {} });
  await page.goto(merchant.consoleUrl("viewers", "host"));
  await expect(page.getByTestId("viewer-row-lin")).toBeVisible();
  await page.getByTestId("viewer-search").fill("小林");
  await expect(page.getByText("No viewer's id begins with “小林”")).toBeVisible();
  await expect(page.getByRole("alert")).toBeHidden();
  await page.getByTestId("viewer-search").fill("l");
  await expect(page.getByTestId("viewer-row-lin")).toBeVisible();
});

test("points are adjusted once: not by a double click, and not again after a lost answer @envoy", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.report("lin", "room-1", { entered: {} });
  await page.goto(merchant.consoleUrl("viewers/lin"));
  await page.getByTestId("adjust-points").click();
  await page.getByTestId("adjust-amount").fill("50");
  await page.getByTestId("adjust-reason").fill("for patience");
  await page.getByTestId("adjust-next").dblclick();
  await expect(page.getByRole("dialog")).toContainText("from 0 to 50");
  await expect(page.getByTestId("adjust-confirm")).toBeEnabled();
  expect(await merchant.balance("lin")).toBe(0);

  await withLostAnswers(page, "PointsService/AdjustPoints", async () => {
    await page.getByTestId("adjust-confirm").click();
    await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible({ timeout: 20_000 });
  });
  await page.getByRole("dialog").getByRole("alert").getByRole("button").click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByTestId("points-ledger")).toContainText("for patience");
  expect(await merchant.balance("lin")).toBe(50);
});

test("no more points are taken away than there are, and it is said before anything is sent", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.report("lin", "room-1", { entered: {} });
  await merchant.report("lin", "room-1", { liked: { count: 3 } });
  await page.goto(merchant.consoleUrl("viewers/lin"));
  await page.getByTestId("adjust-points").click();
  await page.getByTestId("adjust-reason").fill("a mistake");
  await page.getByTestId("adjust-amount").fill("-6");
  await page.getByTestId("adjust-next").click();
  await expect(page.getByRole("dialog")).toContainText("The balance is 5; it can't go below zero");
  await page.getByTestId("adjust-amount").fill("-5");
  await page.getByTestId("adjust-amount").press("Enter");
  await page.getByTestId("adjust-confirm").click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await merchant.balance("lin")).toBe(0);
});

test("a viewer's story tells what is not for them, and a room's goal of the show that they came to", async ({
  page,
  merchant,
}) => {
  await merchant.apply(`
name: Story
tasks:
  - id: vips
    title: { zh: 贵宾, en: VIPs }
    trigger: like
    audience: '"vip" in viewer.privileges'
    tiers: [{ threshold: 5, rewards: [{ points: 1 }] }]
  - id: together
    title: { zh: 一起, en: Together }
    trigger: like
    goal: room
    window: broadcast
    tiers: [{ threshold: 4, rewards: [{ points: 1 }] }]
`);
  const show = { broadcastId: "show-1" };
  await merchant.report("lin", "room-1", { ...show, entered: {} });
  await merchant.report("lin", "room-1", { ...show, liked: { count: 4 } });
  await merchant.report("lin", "room-1", { ...show, left: {} });
  await page.goto(merchant.consoleUrl("viewers/lin", "host"));
  await expect(page.getByTestId("explain-vips")).toContainText("Not for this viewer");
  await expect(page.getByTestId("explain-together")).toContainText("4 / 4");
  await expect(page.getByTestId("explain-together")).toContainText("Done");
});

test("a program that is changed in the console is followed by the panel @envoy", async ({
  page,
  context,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  const panel = await context.newPage();
  await panel.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await expect(panel.getByTestId("task-likes")).toContainText("Likes");

  await page.goto(merchant.consoleUrl("program"));
  await write(page, SHORT_STEPS.replace("en: Likes", "en: Hearts"));
  await page.getByTestId("apply-button").click();
  await page.getByTestId("apply-confirm").click();
  await expect(page.getByTestId("version-2")).toBeVisible();

  await expect(panel.getByTestId("task-likes")).toContainText("Hearts");

  await page.getByTestId("rollback-1").click();
  await page.getByTestId("apply-confirm").click();
  await expect(panel.getByTestId("task-likes")).toContainText("Likes");
});

test("mistakes stand at their lines, and a program that has any can't be applied", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.consoleUrl("program"));
  await write(page, SHORT_STEPS.replace("trigger: share", "trigger: shout"));
  await expect(page.getByTestId("mistakes")).toContainText("tasks[3].trigger");
  await expect(page.getByTestId("apply-button")).toBeDisabled();
});

test("a mistake of the YAML is marked in the line that has it", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.consoleUrl("program"));
  const lines = SHORT_STEPS.split("\n");
  const at = lines.indexOf("    trigger: like");
  await write(page, lines.map((line, i) => (i === at ? "    trigger like" : line)).join("\n"));
  await page.getByTestId("mistakes").getByRole("button").first().click();
  await expect(page.getByTestId("mistakes")).toContainText(`Line ${String(at + 1)}`);
  await expect(page.getByTestId("program-form")).toContainText(`Line ${String(at + 1)} of the YAML`);
});

test("what is wrong with a field is told beside it in the console's language", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.addInitScript(() => {
    localStorage.setItem("flywheel.console.language", "zh");
  });
  await page.goto(merchant.consoleUrl("program"));
  const checkIn = page.getByTestId("section-check_in");
  const count = checkIn.locator("[data-path='check_in.consecutive[0].count']");
  await checkIn.locator("summary").click();
  await count.locator("input").fill("0");
  await expect(count).toContainText("0（应为：1 到 1000 之间）");
});

test("a version whose answer was lost is applied once", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.consoleUrl("program"));
  await write(page, SHORT_STEPS.replace("en: Likes", "en: Hearts"));
  await page.getByTestId("apply-button").click();
  await withLostAnswers(page, "ProgramService/ApplyProgram", async () => {
    await page.getByTestId("apply-confirm").click();
    await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible({ timeout: 20_000 });
  });
  await page.getByRole("dialog").getByRole("alert").getByRole("button").click();
  await expect(page.getByTestId("version-2")).toContainText("In force");
  await expect(page.getByTestId("version-3")).toBeHidden();
  await expect(page.getByTestId("draft")).toBeHidden();
});

test("a draft is not lost: to a host, to a reload, to another tab, or without being asked", async ({
  page,
  context,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  const draft = SHORT_STEPS.replace("en: Likes", "en: Hearts");
  await page.goto(merchant.consoleUrl("program"));
  await write(page, draft);
  await expect(page.getByTestId("draft")).toBeVisible();

  const host = await context.newPage();
  await host.goto(merchant.consoleUrl("program", "host"));
  await expect(host.getByTestId("program-form")).toContainText("Likes");
  await host.close();
  await page.goto("about:blank");
  await page.goto(merchant.consoleUrl("program"));
  await expect(page.getByTestId("program-form")).toContainText("Hearts");

  const other = await context.newPage();
  await other.goto(merchant.consoleUrl("program"));
  await expect(other.getByTestId("program-form")).toContainText("Hearts");
  await write(other, draft.replace("en: Hearts", "en: Stars"));
  await expect(page.getByTestId("program-form")).toContainText("Stars");

  await page.getByTestId("discard-button").click();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("draft")).toBeVisible();
  await page.getByTestId("discard-button").click();
  await page.getByTestId("lose-draft").click();
  await expect(page.getByTestId("draft")).toBeHidden();
  await expect(other.getByTestId("draft")).toBeHidden();
  await expect(other.getByTestId("program-form")).toContainText("Likes");
});

test("an editor that was left open follows the version in force, and makes no draft of the old one", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.consoleUrl("program"));
  await expect(page.getByTestId("program-form")).toContainText("Likes");
  await merchant.apply(SHORT_STEPS.replace("en: Likes", "en: Hearts"));
  await page.getByTestId("area-govern").click();
  await expect(page.getByTestId("version-2")).toContainText("In force");
  await page.getByTestId("area-engage").click();
  await expect(page.getByTestId("program-form")).toContainText("Hearts");
  await expect(page.getByTestId("draft")).toBeHidden();
});

test("going back to a version leaves a draft alone, also when somebody else was faster", async ({
  page,
  merchant,
}) => {
  await merchant.apply(SHORT_STEPS);
  await merchant.apply(SHORT_STEPS.replace("en: Likes", "en: Hearts"));
  await page.goto(merchant.consoleUrl("program"));
  await write(page, SHORT_STEPS.replace("en: Likes", "en: Mine"));
  await expect(page.getByTestId("draft")).toBeVisible();
  await page.getByTestId("area-govern").click();
  await page.getByTestId("rollback-1").click();
  await expect(page.getByTestId("apply-confirm")).toBeVisible();
  await merchant.apply(SHORT_STEPS.replace("en: Likes", "en: Theirs"));
  await page.getByTestId("apply-confirm").click();
  await page.getByTestId("resolve-conflict").click();
  await page.getByTestId("apply-confirm").click();
  await expect(page.getByTestId("version-4")).toContainText("In force");
  await page.getByTestId("area-engage").click();
  await expect(page.getByTestId("program-form")).toContainText("Mine");
});

test("a section that opened for a mistake stays open when it is mended", async ({ page, merchant }) => {
  await merchant.apply(SHORT_STEPS);
  await page.goto(merchant.consoleUrl("program"));
  const count = page
    .getByTestId("section-check_in")
    .locator("[data-path='check_in.consecutive[0].count'] input");
  await page.getByTestId("section-check_in").locator("summary").click();
  await count.fill("0");
  await expect(page.getByTestId("mistakes")).toContainText("1 mistake");
  await count.fill("2");
  await expect(page.getByTestId("mistakes")).toContainText("No mistakes");
  await expect(count).toBeVisible();
});

/** While something is done, a method of the service does its work and its answers never come. */
async function withLostAnswers(page: Page, method: string, act: () => Promise<void>): Promise<void> {
  const url = `**/flywheel.v1.${method}`;
  await page.route(url, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await act();
  await page.unroute(url);
}

async function write(page: Page, document: string): Promise<void> {
  await page.getByTestId("program-yaml").locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(document);
}
