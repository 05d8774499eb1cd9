import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, textOf } from "../../program/sentence.js";
import { getAt, type Fields } from "../../program/document.js";
import { words } from "./form.words.js";

/** A room draw in a line: "评论 → 10 元券 × 1 / 30 积分 × 5". */
function drawSentence(draw: Fields, say: FormSay): string {
  const trigger = getAt(draw, ["entry", "trigger"]);
  const entry = trigger === undefined ? "" : say.t(`program.choice.Trigger.${String(trigger)}`, 1);
  const prizes = list(draw["prizes"]).map((prize) => {
    const winners = prize["winners"];
    return `${textOf(prize["title"], say.language)} × ${typeof winners === "number" ? winners : 1}`;
  });
  return [entry, prizes.join(" / ")].filter(Boolean).join(" → ");
}

export default formPart({
  words,
  sections: [{ order: 55, fields: ["room_draws"] }],
  groups: {
    RoomDraw: [
      { key: "what", fields: ["title", "description", "id"] },
      { key: "enter", fields: ["open_for", "entry", "threshold"] },
      { key: "prizes", fields: ["prizes"] },
      { key: "told", fields: ["organizer", "delivery"] },
      { key: "who", fields: ["audience"], rare: true },
    ],
    RoomDrawPrize: [{ key: "", fields: ["title", "id", "winners", "value_minor", "rewards"] }],
  },
  conditions: ["RoomDraw.audience"],
  always: ["RoomDraw.entry"],
  items: {
    RoomDraw: (before) => ({
      id: freeId("bag", before),
      title: { zh: "福袋", en: "Lucky bag" },
      open_for: "3m",
      entry: { trigger: "comment" },
      organizer: { zh: "主办方名称，客服电话", en: "Name and phone number of the organizer" },
      delivery: { zh: "开奖后立即到账", en: "Credited as soon as it is drawn" },
      prizes: [
        {
          id: "prize-1",
          title: { zh: "100 积分", en: "100 points" },
          winners: 3,
          rewards: [{ points: 100 }],
        },
      ],
    }),
    RoomDrawPrize: (before) => ({
      id: freeId("prize", before),
      title: { zh: "10 积分", en: "10 points" },
      winners: 1,
      rewards: [{ points: 10 }],
    }),
  },
  sentences: { room_draws: drawSentence },
  summary: (program, { t }) => {
    const count = list(program["room_draws"]).length;
    return count > 0 ? t("program.summary.room_draws", count) : "";
  },
  mistakes: [[/^times, amount or seconds$/, "次数 times、金额或数量 amount，或观看时长 seconds"]],
});
