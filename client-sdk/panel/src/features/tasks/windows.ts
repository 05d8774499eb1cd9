import type { Values } from "../../core/texts.js";
import type { Language } from "@flywheel/look";
import { dateText } from "../../ui/dates.js";
import type { texts } from "./texts.js";

type Say = (name: keyof typeof texts.zh, values?: Values) => string;

/** Which window it was: a date, the number of a week, a show. */
export function windowText(window: string, language: Language, t: Say): string {
  if (/^\d{4}-\d\d-\d\d$/.test(window)) return dateText(window, language);
  const week = /^(\d{4})-W(\d\d)$/.exec(window);
  if (week) return t("weekOf", { year: week[1] ?? "", week: Number(week[2]) });
  return window.startsWith("broadcast:") ? t("earlierShow") : "";
}
