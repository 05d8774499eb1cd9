import { getAt, type Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, textOf } from "../../program/sentence.js";
import { words } from "./form.words.js";

const isOfStreak = (rule: Fields) => rule["reason"] === "streak_ends";

/** A reminder in a line: what the viewer reads. */
function sentence(rule: Fields, { language }: FormSay): string {
  return textOf(rule["text"], language);
}

export default formPart({
  words,
  sections: [{ order: 59, fields: ["reminders"] }],
  groups: {
    ReminderRules: [
      { key: "", fields: ["rules"] },
      { key: "bounds", fields: ["quiet_hours", "per_day"] },
    ],
    ReminderRule: [
      { key: "", fields: ["reason", "text", "id"] },
      { key: "when", fields: ["least", "before", "audience"], rare: true },
    ],
  },
  relevant: { "ReminderRule.before": isOfStreak },
  required: ["ReminderRule.reason"],
  items: {
    ReminderRule: (before) => ({
      id: freeId("reminder", before),
      reason: "streak_ends",
      text: {
        zh: "已连续签到 {count} 天，今晚前签到就不会断",
        en: "Your streak of {count} days ends tonight",
      },
    }),
  },
  sentences: { ReminderRule: sentence },
  summary: (program, { t }) => {
    const count = list(getAt(program, ["reminders", "rules"])).length;
    return count > 0 ? t("program.summary.reminders", count) : "";
  },
  mistakes: [
    [
      /^another reason, for the program's check_in counts no days$/,
      "换一个原因：签到没有按天计算，没有“今晚结束”的连签",
    ],
    [/^nothing: only streak_ends has a time before$/, "不填：只有连签快断可以设提前多久"],
  ],
});
