import type { Language } from "@flywheel/look";
import { millisOf, type Timestamp } from "../core/time.js";

/** "11月22日", "22 November". */
export function dateText(date: string, language: Language): string {
  return format(Date.parse(`${date}T00:00:00Z`), language, {
    month: "long",
    day: "numeric",
    timeZone: "UTC",
  });
}

/** The day of a moment, where the viewer is; with the year if it is another one. */
export function dayText(moment: Timestamp | undefined, language: Language): string {
  const millis = millisOf(moment);
  const sameYear = new Date(millis).getFullYear() === new Date().getFullYear();
  return format(millis, language, {
    month: language === "zh" ? "long" : "short",
    day: "numeric",
    ...(sameYear ? {} : { year: "numeric" }),
  });
}

/** Day and time of a moment, where the viewer is. */
export function momentText(moment: Timestamp | undefined, language: Language): string {
  return format(millisOf(moment), language, {
    month: language === "zh" ? "long" : "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** "November". */
export function monthName(month: string, language: Language): string {
  return format(Date.parse(`${month}-01T00:00:00Z`), language, { month: "long", timeZone: "UTC" });
}

/** What the columns of a calendar are headed with, from Monday on; 2024-01-01 was one. */
export function weekdayLetters(language: Language): string[] {
  return Array.from({ length: 7 }, (_, day) =>
    format(Date.UTC(2024, 0, 1 + day), language, { weekday: "narrow", timeZone: "UTC" }),
  );
}

function format(millis: number, language: Language, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", options).format(millis);
}
