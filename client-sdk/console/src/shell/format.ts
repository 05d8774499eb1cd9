import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { moneyText, number } from "@flywheel/look";
import { currency } from "../api/program.js";
import { language } from "./preferences.js";

const locale = () => (language.value === "zh" ? "zh-CN" : "en-GB");

/** A whole number in the language spoken. */
export function count(value: number | bigint): string {
  return number(value, language.value);
}

/** A share of a whole, such as "37%"; "—" of nothing. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "—";
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(part / whole);
}

/** An amount of money in the program's currency, given in its minor unit: "¥387.00"; from a million on, without decimals. */
export function money(minor: bigint): string {
  return moneyText(minor, currency(), language.value, true);
}

const DAY_PREFIX = "day:";

/** The date, where a broadcast is the day because the platform names none; else undefined. */
export function dayOf(broadcastId: string): string | undefined {
  return broadcastId.startsWith(DAY_PREFIX) ? broadcastId.slice(DAY_PREFIX.length) : undefined;
}

export function dateTime(at: number | Timestamp | undefined): string {
  return formatted(at, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** A month such as "2026-11" by its name: "2026年11月", "November 2026". */
export function monthName(month: string): string {
  const at = Date.parse(`${month}-01T00:00:00Z`);
  if (Number.isNaN(at)) return "";
  const options = { year: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale(), options).format(at);
}

export function timeOfDay(at: number | Timestamp | undefined): string {
  return formatted(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** How long ago: "刚刚", "3 分钟前"; from a day on, the date. */
export function ago(at: Timestamp | undefined, nowMillis: number): string {
  if (!at) return "—";
  const seconds = Math.max(0, Math.round((nowMillis - timestampMs(at)) / 1000));
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" });
  const said = (value: number, unit: Intl.RelativeTimeFormatUnit) =>
    relative.format(-value, unit).replace(/(\d)(?=\p{Script=Han})/u, "$1 "); // as everywhere: "3 分钟"
  if (seconds < 10) return language.value === "zh" ? "刚刚" : "just now";
  if (seconds < 60) return said(seconds, "second");
  if (seconds < 3600) return said(Math.floor(seconds / 60), "minute");
  if (seconds < 86400) return said(Math.floor(seconds / 3600), "hour");
  return dateTime(at);
}

function formatted(at: number | Timestamp | undefined, options: Intl.DateTimeFormatOptions): string {
  if (at === undefined) return "—";
  const millis = typeof at === "number" ? at : timestampMs(at);
  return new Intl.DateTimeFormat(locale(), { ...options, hourCycle: "h23" }).format(millis);
}

export function hourMinute(at: number | Timestamp | undefined): string {
  return formatted(at, { hour: "2-digit", minute: "2-digit" });
}
