const DAY_MILLIS = 86_400_000;

/**
 * The periods before one, the latest first, by their names in the contract: days "2026-11-22", weeks "2026-W47" and months
 * "2026-11". Other kinds have none that could be named.
 */
export function periodsBefore(period: string, howMany: number): string[] {
  const found: string[] = [];
  for (let at = before(period); at && found.length < howMany; at = before(at)) found.push(at);
  return found;
}

function before(period: string): string | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(period)) return dayOf(Date.parse(period) - DAY_MILLIS);
  const week = /^(\d{4})-W(\d\d)$/.exec(period);
  if (week) return weekOf(mondayOf(Number(week[1]), Number(week[2])) - 7 * DAY_MILLIS);
  const month = /^(\d{4})-(\d\d)$/.exec(period);
  if (month) return dayOf(Date.UTC(Number(month[1]), Number(month[2]) - 2, 1)).slice(0, 7);
  return undefined;
}

function dayOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10);
}

/** The Monday of an ISO week: the first week of a year is the one with 4 January. */
function mondayOf(year: number, week: number): number {
  const fourth = Date.UTC(year, 0, 4);
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MILLIS + (week - 1) * 7 * DAY_MILLIS;
}

/** The name of the ISO week that begins on a Monday; its Thursday tells the year. */
function weekOf(monday: number): string {
  const year = new Date(monday + 3 * DAY_MILLIS).getUTCFullYear();
  const week = Math.round((monday - mondayOf(year, 1)) / (7 * DAY_MILLIS)) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}
