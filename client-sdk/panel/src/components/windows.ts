import type { Language } from "@flywheel/look";
import type { MessageKey } from "../i18n.js";
import { dateText } from "./dates.js";

/** The kind of a window in a word; undefined for tasks that are done once. */
export function windowKey(window: string): MessageKey | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(window)) return "tasks.today";
  if (/^\d{4}-W\d\d$/.test(window)) return "tasks.week";
  if (window.startsWith("broadcast:")) return "tasks.broadcast";
  if (window.startsWith("custom:")) return "tasks.limited";
  return undefined;
}

/** Which window it was: a date, the number of a week. */
export function windowText(window: string, language: Language): string {
  if (/^\d{4}-\d\d-\d\d$/.test(window)) return dateText(window, language);
  const week = /^(\d{4})-W(\d\d)$/.exec(window);
  if (week)
    return language === "zh"
      ? `${week[1]} 年第 ${Number(week[2])} 周`
      : `Week ${Number(week[2])} of ${week[1]}`;
  if (window.startsWith("broadcast:")) return language === "zh" ? "之前的直播" : "An earlier show";
  return "";
}
