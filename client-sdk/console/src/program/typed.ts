/** A typed number as a number; what is none stays as it was typed, for the service to say what is wrong with it. */
export function typedNumber(typed: string): number | string {
  const plain = typed.replace(/[,，\s]/g, "");
  return /^-?\d{1,15}(?:\.\d{1,6})?$/.test(plain) ? Number(plain) : typed;
}

const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.0+)?s)?$/;

/** The seconds of a duration such as "90s", "15m" or "1h30m"; undefined for anything else. */
export function seconds(duration: string): number | undefined {
  const match = DURATION.exec(duration);
  if (!match || duration === "") return undefined;
  const [days = 0, hours = 0, minutes = 0, rest = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + rest;
}

/** What a clock in a time zone shows at an instant: "2026-11-11T20:00". */
export function wallTime(instant: string, timeZone: string): string {
  const millis = Date.parse(instant);
  if (Number.isNaN(millis)) return "";
  return new Date(millis + offsetMillis(millis, timeZone)).toISOString().slice(0, 16);
}

/** The instant at which a clock in a time zone shows a time, with its offset: "2026-11-11T20:00:00+08:00". */
export function instantOf(wall: string, timeZone: string): string {
  const asUtc = Date.parse(`${wall.slice(0, 16)}:00Z`);
  if (Number.isNaN(asUtc)) return wall;
  // The offset is that of the instant looked for, which around a change of the clocks differs from the first guess.
  const guess = asUtc - offsetMillis(asUtc, timeZone);
  const offset = offsetMillis(guess, timeZone);
  const minutes = Math.abs(Math.round(offset / 60_000));
  const two = (value: number) => String(value).padStart(2, "0");
  const sign = offset < 0 ? "-" : "+";
  return `${wall.slice(0, 16)}:00${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function offsetMillis(millis: number, timeZone: string): number {
  const whole = Math.floor(millis / 1000) * 1000;
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: knownZone(timeZone),
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(whole);
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value ?? 0);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - whole;
}

/** A zone that is being typed may not be one yet; the service's default then. */
function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "Asia/Shanghai";
  }
}
