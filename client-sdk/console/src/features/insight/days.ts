const DAY_MILLIS = 86_400_000;

/** The latest whole days up to yesterday, such as { first: "2026-11-22", last: "2026-11-28" }. */
export function lastDays(count: number, nowMillis: number): { first: string; last: string } {
  const day = (ago: number) => new Date(nowMillis - ago * DAY_MILLIS).toISOString().slice(0, 10);
  return { first: day(count), last: day(1) };
}

/** How much more one is than the other, such as 0.25; undefined where there was nothing before. */
export function growth(now: number, before: number): number | undefined {
  return before === 0 ? undefined : now / before - 1;
}
