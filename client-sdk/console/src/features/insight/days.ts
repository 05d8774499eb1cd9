const DAY_MILLIS = 86_400_000;

/** Days from one to another, both included, such as "2026-11-22". */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** The program's day that a time belongs to; days begin so many seconds after midnight. */
export function dayAt(millis: number, timeZone: string, startsAtSeconds: number): string {
  // Canada writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(millis - startsAtSeconds * 1_000);
}

/** The day so many days later, or earlier. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MILLIS).toISOString().slice(0, 10);
}

/** From one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MILLIS);
}

/** The latest whole days up to yesterday. */
export function lastDays(count: number, today: string): Days {
  return { first: plusDays(today, -count), last: plusDays(today, -1) };
}

/** The latest week from Monday to Sunday that is over, or an earlier one. */
export function lastWeek(today: string, weeksBefore = 0): Days {
  const sinceMonday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const first = plusDays(today, -sinceMonday - 7 - weeksBefore * 7);
  return { first, last: plusDays(first, 6) };
}

/**
 * As many whole days before a day as after it, at most so many; the day itself is in neither. undefined: no whole day has
 * passed since.
 */
export function aroundDay(
  day: string,
  today: string,
  most: number,
): { days: number; before: Days; after: Days } | undefined {
  const days = Math.min(most, daysBetween(day, today) - 1);
  return days < 1
    ? undefined
    : {
        days,
        before: { first: plusDays(day, -days), last: plusDays(day, -1) },
        after: { first: plusDays(day, 1), last: plusDays(day, days) },
      };
}

/** How much more one is than the other, such as 0.25; undefined where there was nothing before. */
export function growth(now: number, before: number): number | undefined {
  return before === 0 ? undefined : now / before - 1;
}
