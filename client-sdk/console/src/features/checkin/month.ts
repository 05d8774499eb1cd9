/** A month some months away: monthBeside("2026-01", -1) is "2025-12". */
export function monthBeside(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** How many days of a week that begins on Monday come before a date. */
export function blanksBefore(date: string): number {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? 0 : (new Date(at).getUTCDay() + 6) % 7;
}
