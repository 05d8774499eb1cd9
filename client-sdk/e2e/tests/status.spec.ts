import { expect, test } from "../harness/fixtures.js";

test.use({ viewport: { width: 390, height: 844 } });

test("a badge is earned in the room, celebrated, hangs on the wall, and is worn; a riddle is told of the hidden one", async ({
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
  await expect(page.getByTestId("badge-liker").getByRole("progressbar")).toHaveAttribute("aria-valuenow", "0");
  const secret = page.getByTestId("badge-secret");
  await expect(secret).toContainText("Riddle: Say something");
  await expect(secret).not.toContainText("Chatterbox");

  for (let i = 0; i < 3; i++) await page.getByTestId("like-button").click();
  await expect(page.getByTestId("reward-toast")).toContainText("Liker · Bronze");
  await expect(page.getByTestId("badge-liker")).toContainText("3 of 100");
  await merchant.report("lin", "room-1", { commented: { text: "好看" } });
  await expect(page.getByTestId("badge-chatterbox")).toBeVisible();
  await expect(secret).toBeHidden();

  await page.getByTestId("wear-liker").click();
  await expect(page.getByTestId("wear-liker")).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await expect(page.getByTestId("wear-liker")).toHaveAttribute("aria-pressed", "true");
});
