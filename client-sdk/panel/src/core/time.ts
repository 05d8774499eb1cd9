/** A moment, as messages of the contract bear it. */
export interface Timestamp {
  readonly seconds: bigint;
  readonly nanos: number;
}

export function millisOf(timestamp: Timestamp | undefined): number {
  return timestamp ? Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6) : 0;
}

/** What is left until a moment, in seconds: whole days, rounded up, until the last one; then whole hours, then minutes. */
export function roundedSecondsLeft(moment: Timestamp | undefined, nowMillis: number): number {
  const seconds = Math.max(0, Math.ceil((millisOf(moment) - nowMillis) / 1_000));
  const unit = seconds > 86_400 ? 86_400 : seconds > 3_600 ? 3_600 : 60;
  return Math.ceil(seconds / unit) * unit;
}

/** The service remembers check-ins for this many months. */
export const maxMonths = 12;

/** Calendar dates are "2026-11-22"; days are reckoned in UTC, where each has 24 hours. */
export function addDays(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The seven dates of a date's week, from Monday on. */
export function weekOf(date: string): string[] {
  const monday = addDays(date, -weekdayOf(date));
  return Array.from({ length: 7 }, (_, day) => addDays(monday, day));
}

/** The month of a date: "2026-11". */
export function monthOf(date: string): string {
  return date.slice(0, 7);
}

export function addMonths(month: string, months: number): string {
  const moved = new Date(`${month}-01T00:00:00Z`);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  return moved.toISOString().slice(0, 7);
}
