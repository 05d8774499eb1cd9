import { create } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AudienceFilterSchema, type AudienceFilter } from "@flywheel/client";

const DAY_SECONDS = 86_400;
/** What the service takes for a room. */
const ROOM = /^[A-Za-z0-9._:@-]{1,64}$/;
/** And for a task. */
const TASK = /^[a-z][a-z0-9_-]{0,63}$/;
const MOST_TASKS = 10;

/** What a list of viewers is narrowed by, as it stands in the page's address. Texts that can't be what is asked for count nothing. */
export interface Asked {
  readonly tag: string;
  readonly level: string;
  /** The room that the viewer was in last. */
  readonly room: string;
  /** At least so many days in a row. */
  readonly streak: string;
  /** At least so many points. */
  readonly points: string;
  /** At least so many orders. */
  readonly orders: string;
  /** Not seen for so many days. */
  readonly away: string;
  /** First seen from this time on, in milliseconds since 1970. */
  readonly since: string;
  /** First seen before this time, likewise. */
  readonly until: string;
  /** First active on this day, such as "2026-11-29". */
  readonly cohort: string;
  /** Active on this day, likewise. */
  readonly active: string;
  /** Has completed these tasks: their ids, with commas between them. */
  readonly done: string;
}

export const NOTHING: Asked = {
  tag: "",
  level: "",
  room: "",
  streak: "",
  points: "",
  orders: "",
  away: "",
  since: "",
  until: "",
  cohort: "",
  active: "",
  done: "",
};

/** A day of the program's; empty: there is none. */
function day(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : "";
}

/** The ids of tasks in a text with commas. */
export function tasksIn(text: string): string[] {
  return [...new Set(text.split(",").filter((id) => TASK.test(id)))].slice(0, MOST_TASKS);
}

/** A whole number from 0 on; undefined: there is none. */
function whole(text: string): number | undefined {
  return /^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}

/** Milliseconds since 1970; undefined: there are none. */
function moment(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

type Range = { least?: bigint | undefined; most?: bigint | undefined };

/** A range from a number on, up to what was kept; undefined: there is neither. */
function range(text: string, kept: Range | undefined): Range | undefined {
  const least = whole(text);
  const most = kept?.most;
  if (least === undefined && most === undefined) return undefined;
  return { ...(least !== undefined && { least: BigInt(least) }), ...(most !== undefined && { most }) };
}

/** What a segment asks for that the page has no fields for, as it may by the API. */
function unshown(kept: AudienceFilter | undefined) {
  if (!kept) return {};
  const { streak, points, orders, orderedMinor, seenAfter, seenBefore } = kept;
  return {
    ...(streak?.most !== undefined && { streak }),
    ...(points?.most !== undefined && { points }),
    ...(orders?.most !== undefined && { orders }),
    ...(orderedMinor && { orderedMinor }),
    ...(seenAfter && { seenAfter }),
    ...(seenBefore && { seenBefore }),
  };
}

/** Whether a segment asks for more than the page has fields for. */
export function asksForMore(kept: AudienceFilter | undefined): boolean {
  return Object.keys(unshown(kept)).length > 0;
}

/** @param kept the segment's that is looked at, of which nothing is lost that the page has no fields for */
export function filterOf(asked: Asked, kept?: AudienceFilter): AudienceFilter {
  const away = whole(asked.away);
  const [since, until] = [asked.since, asked.until].map(moment);
  const streak = range(asked.streak, kept?.streak);
  const points = range(asked.points, kept?.points);
  const orders = range(asked.orders, kept?.orders);
  return create(AudienceFilterSchema, {
    ...unshown(kept),
    tagId: asked.tag,
    levelId: asked.level,
    roomId: ROOM.test(asked.room) ? asked.room : "",
    firstActiveDay: day(asked.cohort),
    activeDay: day(asked.active),
    completedTaskIds: tasksIn(asked.done),
    ...(streak && { streak }),
    ...(points && { points }),
    ...(orders && { orders }),
    ...(since !== undefined && { firstSeenAfter: timestampFromMs(since) }),
    ...(until !== undefined && { firstSeenBefore: timestampFromMs(until) }),
    ...(away !== undefined && { absentFor: { seconds: BigInt(away * DAY_SECONDS) } }),
  });
}

/** What a filter that was kept asks for, as far as the page has fields for it. */
export function askedOf(filter: AudienceFilter | undefined): Asked {
  const least = (range: Range | undefined) => range?.least?.toString() ?? "";
  return {
    tag: filter?.tagId ?? "",
    level: filter?.levelId ?? "",
    room: filter?.roomId ?? "",
    streak: least(filter?.streak),
    points: least(filter?.points),
    orders: least(filter?.orders),
    away: filter?.absentFor ? String(Math.round(Number(filter.absentFor.seconds) / DAY_SECONDS)) : "",
    since: filter?.firstSeenAfter ? String(timestampMs(filter.firstSeenAfter)) : "",
    until: filter?.firstSeenBefore ? String(timestampMs(filter.firstSeenBefore)) : "",
    cohort: filter?.firstActiveDay ?? "",
    active: filter?.activeDay ?? "",
    done: filter?.completedTaskIds.join(",") ?? "",
  };
}
