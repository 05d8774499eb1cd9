import { create } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AudienceFilterSchema, type AudienceFilter } from "@flywheel/client";

const DAY_MILLIS = 86_400_000;
/** What the service takes for a room. */
const ROOM = /^[A-Za-z0-9._:@-]{1,64}$/;

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
};

/** A whole number from 0 on; undefined: there is none. */
function whole(text: string): number | undefined {
  return /^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}

/** Milliseconds since 1970; undefined: there are none. */
function moment(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function atLeast(text: string): { least: bigint } | undefined {
  const least = whole(text);
  return least === undefined ? undefined : { least: BigInt(least) };
}

export function filterOf(asked: Asked, nowMillis: number): AudienceFilter {
  const away = whole(asked.away);
  const [since, until] = [asked.since, asked.until].map(moment);
  const [streak, points, orders] = [asked.streak, asked.points, asked.orders].map(atLeast);
  return create(AudienceFilterSchema, {
    tagId: asked.tag,
    levelId: asked.level,
    roomId: ROOM.test(asked.room) ? asked.room : "",
    ...(streak && { streak }),
    ...(points && { points }),
    ...(orders && { orders }),
    ...(since !== undefined && { firstSeenAfter: timestampFromMs(since) }),
    ...(until !== undefined && { firstSeenBefore: timestampFromMs(until) }),
    ...(away !== undefined && { seenBefore: timestampFromMs(nowMillis - away * DAY_MILLIS) }),
  });
}

/** What a filter that was kept asks for; how long ago somebody was seen is reckoned from now on again. */
export function askedOf(filter: AudienceFilter | undefined, nowMillis: number): Asked {
  const least = (range: { least?: bigint | undefined } | undefined) => range?.least?.toString() ?? "";
  return {
    tag: filter?.tagId ?? "",
    level: filter?.levelId ?? "",
    room: filter?.roomId ?? "",
    streak: least(filter?.streak),
    points: least(filter?.points),
    orders: least(filter?.orders),
    away: filter?.seenBefore
      ? String(Math.round((nowMillis - timestampMs(filter.seenBefore)) / DAY_MILLIS))
      : "",
    since: filter?.firstSeenAfter ? String(timestampMs(filter.firstSeenAfter)) : "",
    until: filter?.firstSeenBefore ? String(timestampMs(filter.firstSeenBefore)) : "",
  };
}
