import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, priceSummary, textOf, unitOf } from "../../program/sentence.js";
import type { Fields } from "../../program/document.js";
import { words } from "./form.words.js";

const DAY_MILLIS = 86_400_000;

/** A lottery in a line: "1 张抽奖券 · 一等奖 1% / 二等奖 10%". */
function lotterySentence(lottery: Fields, say: FormSay): string {
  const cost = priceSummary(lottery["cost"], say) || `1 ${unitOf("ticket", 1, say)}`;
  const prizes = list(lottery["prizes"]).map((prize) => {
    const odds = typeof prize["odds"] === "number" ? ` ${shareText(prize["odds"])}` : "";
    return `${textOf(prize["title"], say.language)}${odds}`;
  });
  return [cost, prizes.join(" / ")].filter(Boolean).join(" · ");
}

/** A number out of a million, such as "0.5%". */
function shareText(millionths: number): string {
  return `${Number((millionths / 10_000).toFixed(4))}%`;
}

/** Midnight in UTC some days from now. */
function midnight(days: number): string {
  const at = new Date(Date.now() + days * DAY_MILLIS);
  return `${at.toISOString().slice(0, 10)}T00:00:00Z`;
}

export default formPart({
  words,
  sections: [{ order: 50, fields: ["lotteries"] }],
  groups: {
    Lottery: [
      { key: "what", fields: ["title", "description", "id"] },
      { key: "when", fields: ["starts_at", "ends_at", "cost"] },
      { key: "prizes", fields: ["prizes", "pity", "consolation"] },
      { key: "told", fields: ["organizer", "delivery"] },
      { key: "who", fields: ["limit", "audience"], rare: true },
    ],
    LotteryPrize: [
      { key: "", fields: ["title", "id", "odds", "stock", "value_minor", "picture_url", "rewards"] },
    ],
  },
  conditions: ["Lottery.audience"],
  beginnings: {
    "Lottery.cost": () => ({ points: 100 }),
    "Lottery.pity": () => ({ misses: 9, prize_id: "prize-1" }),
    "Lottery.limit": () => ({ count: 1, per: "day" }),
    "Price.ticket": () => ({ lottery_id: "lottery-1", count: 1 }),
  },
  items: {
    Lottery: (before) => ({
      id: freeId("lottery", before),
      title: { zh: "幸运抽奖", en: "Lucky draw" },
      starts_at: midnight(1),
      ends_at: midnight(8),
      organizer: { zh: "主办方名称，客服电话", en: "Name and phone number of the organizer" },
      delivery: { zh: "中奖后立即到账", en: "Credited at once" },
      prizes: [
        {
          id: "prize-1",
          title: { zh: "10 积分", en: "10 points" },
          odds: 100_000,
          rewards: [{ points: 10 }],
        },
      ],
    }),
    LotteryPrize: (before) => ({
      id: freeId("prizes", before),
      title: { zh: "新奖品", en: "New prize" },
      odds: 10_000,
      rewards: [{ points: 100 }],
    }),
  },
  sentences: { lotteries: lotterySentence },
  summary: (program, { t }) => {
    const count = list(program["lotteries"]).length;
    return count > 0 ? t("program.summary.lotteries", count) : "";
  },
  mistakes: [
    [/^odds of (\d+) in all$/, "概率合计 $1"],
    [/^at most (\d+) in a million$/, "合计最多 $1，即百分之百"],
    [/^a prize without stock, which can't run out$/, "没有设库存、不会发完的奖品"],
    [/^the id of a prize of the lottery$/, "本抽奖中一个奖品的编号"],
    [/^another one$/, "已改动"],
    [/^what entrants were told, until (.+)$/, "与已公示给参与者的一致，直到 $1"],
    [/^without (.+)$/, "缺少 $1"],
    [/^the lottery, which is on until (.+)$/, "保留这个抽奖，它要到 $1 才结束"],
  ],
});
