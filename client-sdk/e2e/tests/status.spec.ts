import { expect, test } from "../harness/fixtures.js";
import { REFERRAL } from "../harness/programs.js";

test.use({ viewport: { width: 390, height: 844 } });

test("a badge is earned in the room, celebrated, hangs on the wall, and is worn; a riddle is told of the hidden one @envoy", async ({
  page,
  merchant,
}) => {
  await merchant.apply(`
    badges:
      - id: liker
        title: { zh: 点赞手, en: Liker }
        metric: { trigger: like }
        tiers:
          - { threshold: 3, title: { zh: 铜, en: Bronze } }
          - { threshold: 100, title: { zh: 银, en: Silver } }
      - id: chatterbox
        title: { zh: 话匣子, en: Chatterbox }
        hidden: true
        riddle: { zh: 开口就有, en: Say something }
        metric: { trigger: comment }
        tiers: [{ threshold: 1 }]
  `);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en&at=me"));
  await expect(page.getByTestId("badge-liker").getByRole("progressbar")).toHaveAttribute(
    "aria-valuenow",
    "0",
  );
  const secret = page.getByTestId("badge-secret");
  await expect(secret).toContainText("Riddle: Say something");
  await expect(secret).not.toContainText("Chatterbox");

  for (let i = 0; i < 3; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("reward-toast")).toContainText("Liker");
  await expect(page.getByTestId("badge-liker")).toContainText("3 of 100");
  await merchant.report("lin", "room-1", { commented: { text: "好看" } });
  await expect(page.getByTestId("badge-chatterbox")).toBeVisible();
  await expect(secret).toBeHidden();

  await page.getByTestId("wear-liker").click();
  await expect(page.getByTestId("wear-liker")).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await expect(page.getByTestId("wear-liker")).toHaveAttribute("aria-pressed", "true");
});

const LADDER = `
leaderboards:
  - id: ladder
    title: { zh: 点赞榜, en: Likers }
    metric: { trigger: like }
    period: day
    league:
      cohort_size: 4
      promoted: 1
      relegated: 1
      divisions:
        - { id: bronze, title: { zh: 青铜, en: Bronze } }
        - { id: silver, title: { zh: 白银, en: Silver }, rewards: [{ points: 50 }] }
`;

test("a viewer plays in a group of the league, and the merchant sees the groups", async ({
  page,
  merchant,
  browser,
}) => {
  await merchant.apply(`${LADDER}${REFERRAL}`);
  for (const [viewer, count] of [
    ["ann", 5],
    ["bob", 4],
    ["cat", 3],
  ] as const)
    await merchant.report(viewer, "room-1", { liked: { count } });
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en&at=ranks"));
  await page.getByTestId("board-ladder-league").click();
  await expect(page.getByTestId("own-league")).toContainText("Join in and you play in a group of Bronze");
  await page.getByTestId("like-button").click();
  await expect(page.getByTestId("own-league")).toContainText("Rank 4", { timeout: 15_000 });
  await expect(page.getByTestId("league")).toContainText("The first 1 rise");
  await expect(page.getByTestId("league").getByTestId("place")).toHaveCount(3);
  await expect(page.getByTestId("rise-line")).toBeVisible();
  for (let i = 0; i < 9; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("own-league")).toContainText(
    "You would rise to Silver now and get 50 points",
    {
      timeout: 15_000,
    },
  );

  // Friends compare among themselves: whoever invited, and whoever came.
  const { invite } = (await merchant.call("POST", "/v1/referral/invites", {
    requestId: "invite",
    viewerId: "cat",
    roomId: "room-1",
  })) as { invite: { code: string } };
  await merchant.call("POST", "/v1/referral/invites:accept", {
    requestId: "accept",
    viewerId: "lin",
    code: invite.code,
  });
  await page.getByTestId("board-ladder").click();
  await page.getByTestId("only-friends").check();
  await expect(page.getByTestId("friends-board").getByTestId("own-row")).toContainText("10");
  await expect(page.getByTestId("friends-board").getByTestId("place")).toHaveCount(1);
  await expect(page.getByTestId("friends-board").getByTestId("place")).toContainText("c***t");

  const console_ = await (await browser.newContext()).newPage();
  await console_.goto(`${merchant.consoleUrl("leaderboards")}`);
  await expect(console_.getByTestId("league-card")).toContainText(/Bronze|青铜/);
  await expect(console_.getByTestId("member-lin")).toContainText("10");
  await console_.context().close();
});

test("viewers choose teams; what they score counts for the team, and the merchant sees who gave what", async ({
  page,
  merchant,
  browser,
}) => {
  await merchant.apply(`
    teams:
      teams:
        - { id: red, title: { zh: 红队, en: Red } }
        - { id: blue, title: { zh: 蓝队, en: Blue } }
    leaderboards:
      - id: clash
        title: { zh: 红蓝对抗, en: Clash }
        metric: { trigger: like }
        scope: team
        period: day
        least_contribution: 3
        prizes: [{ last_position: 1, rewards: [{ points: 50 }] }]
  `);
  await merchant.call("POST", "/v1/leaderboards:join-team", {
    requestId: "ann-joins",
    viewerId: "ann",
    teamId: "blue",
  });
  await merchant.report("ann", "room-1", { liked: { count: 4 } });
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en&at=ranks"));
  const card = page.getByTestId("team-card");
  await expect(card).toContainText("Choose a team");
  await expect(page.getByTestId("place").first()).toContainText("Blue");
  await card.getByTestId("join-red").click();
  await expect(card.getByTestId("own-team")).toContainText("You play for Red");

  for (let i = 0; i < 5; i++) await page.getByTestId("like-button").click();
  await expect(card.getByTestId("contribution")).toContainText("rank 1 in the team", { timeout: 15_000 });
  await expect(page.getByTestId("own-row")).toContainText("Red", { timeout: 15_000 });
  await expect(page.getByTestId("own-place")).toContainText("Your team is first");
  await page.getByTestId("board-clash-team").click();
  await expect(page.getByTestId("own-row")).toContainText("5");

  // Who has just chosen can't go where it is better.
  await page.getByTestId("board-clash").click();
  await card.getByTestId("change-team").click();
  await card.getByTestId("join-blue").click();
  await expect(card.getByRole("alert")).toContainText("You changed teams not long ago");

  const console_ = await (await browser.newContext()).newPage();
  await console_.goto(merchant.consoleUrl("leaderboards"));
  await expect(console_.getByTestId("place-red")).toContainText("5");
  await console_.getByTestId("place-red").getByRole("button").first().click();
  await expect(console_.getByTestId("place-lin")).toContainText("5");
  await console_.context().close();
});

test("a board is laid over a stream: transparent, live, by a token that can do nothing @envoy", async ({
  page,
  merchant,
}) => {
  await merchant.apply(LADDER);
  await merchant.report("ann", "room-1", { liked: { count: 5 } });
  await merchant.report("bob", "room-1", { liked: { count: 2 } });
  const token = merchant.token("viewer", "overlay", { read_only: true });
  const address = new URL(merchant.panelUrl("room-1", "overlay")).origin;
  await page.goto(`${address}/board/?board=ladder&lang=en#token=${token}`);
  const places = page.getByTestId("stream-place");
  await expect(places).toHaveCount(2);
  await expect(places.first()).toContainText("a***n");
  const ground = await page.evaluate(() =>
    [document.documentElement, document.body].map((one) => getComputedStyle(one).backgroundColor),
  );
  expect(ground).toEqual(["rgba(0, 0, 0, 0)", "rgba(0, 0, 0, 0)"]);

  await merchant.report("bob", "room-1", { liked: { count: 9 } });
  await expect(places.first()).toContainText("b***b");
  await expect(places.first()).toContainText("11");
  const refused = await page.request.post(`${address}/v1/rooms/room-1:act`, {
    headers: { authorization: `Bearer ${token}` },
    data: { requestId: "one", liked: { count: 1 } },
  });
  expect(refused.status()).toBe(403);
});

test("a host starts double points in the room; viewers see it at once, and a like pays twice and says why @envoy", async ({
  page,
  merchant,
  browser,
}) => {
  await merchant.apply(`
    tasks:
      - id: liker
        title: { zh: 点赞, en: Likes }
        trigger: like
        repeat: true
        tiers: [{ threshold: 1, rewards: [{ points: 5 }] }]
    boosters:
      boosters:
        - { id: double, title: { zh: 双倍积分, en: Double points }, percent: 200, host_starts_for: 10m }
  `);
  await page.goto(merchant.panelUrl("room-1", "lin", "&lang=en"));
  await page.getByTestId("like-button").click();
  await expect.poll(() => merchant.balance("lin")).toBe(5);
  await expect(page.getByTestId("booster-double")).toBeHidden();

  const host = await (await browser.newContext()).newPage();
  await host.goto(merchant.consoleUrl("rooms/room-1", "host"));
  await host.getByTestId("start-double-300").click();
  await expect(host.getByTestId("booster-left")).toContainText(/left|剩/);

  await expect(page.getByTestId("booster-double")).toContainText("Double points", { timeout: 30_000 });
  await expect(page.getByTestId("booster-double")).toContainText(/[45]\smin left/);
  await page.getByTestId("like-button").click();
  await expect.poll(() => merchant.balance("lin")).toBe(15);
  const { entries } = (await merchant.call("GET", "/v1/points/entries?viewerId=lin&pageSize=1")) as {
    entries: readonly { cause: { boost?: { percent: number; boosterIds: readonly string[] } } }[];
  };
  expect(entries[0]?.cause.boost).toEqual({ percent: 200, boosterIds: ["double"] });
  await page.getByTestId("tab-me").click();
  await expect(page.getByText("Likes · ×2").first()).toBeVisible();

  await host.getByTestId("end-double").click();
  await expect(host.getByTestId("start-double-600")).toContainText(/Start for|开启/);
  await page.getByTestId("tab-today").click();
  await expect(page.getByTestId("booster-double")).toBeHidden({ timeout: 30_000 });
  await host.context().close();
});
