import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import type {
  RoomArrival,
  RoomBooster,
  RoomCounts,
  RoomMinute,
  RoomReport,
  RoomRewards,
  Visit,
  WatchTimePoint,
} from "@flywheel/client";

const BOOSTER_SECONDS = [300, 600, 1_800, 3_600];

/**
 * For how long from now on a host is offered to start a booster: some usual times, and the longest that the program allows.
 *
 * @param left for how many seconds it runs still: only what prolongs that is offered
 */
export function boosterSeconds({ longest }: RoomBooster, left: number): number[] {
  const most = Number(longest?.seconds ?? 0n);
  return [...BOOSTER_SECONDS.filter((seconds) => seconds < most), most].filter((seconds) => seconds > left);
}

/** What is drawn minute by minute. */
export const KINDS = ["likes", "comments", "shares", "orders"] as const;
export type Kind = (typeof KINDS)[number];

const MINUTE_MILLIS = 60_000;
export const MINUTES_SHOWN = 60;

export interface MinutePoint {
  /** The beginning of the minute, in milliseconds since 1970. */
  at: number;
  count: number;
}

/** Every one of the latest 60 minutes, those without anything at zero. */
export function minutesOf(minutes: readonly RoomMinute[], endMillis: number, kind: Kind): MinutePoint[] {
  const counts = new Map<number, number>();
  for (const { minute, counts: happened } of minutes) {
    if (minute && happened) counts.set(floor(timestampMs(minute)), Number(happened[kind]));
  }
  const last = floor(endMillis);
  return Array.from({ length: MINUTES_SHOWN }, (_, i) => {
    const at = last - (MINUTES_SHOWN - 1 - i) * MINUTE_MILLIS;
    return { at, count: counts.get(at) ?? 0 };
  });
}

/**
 * The end of the minutes that are drawn: now while something goes on, else the latest sign of life, so that a broadcast
 * that is over shows its end.
 */
export function endOfMinutes(report: RoomReport): number {
  const read = millisOf(report.readAt);
  const seen = millisOf(report.lastSeenAt);
  return read - seen < 10 * MINUTE_MILLIS ? read : seen;
}

const floor = (millis: number) => millis - (millis % MINUTE_MILLIS);
const millisOf = (at: Timestamp | undefined) => (at ? timestampMs(at) : 0);

export interface CurvePoint {
  seconds: number;
  viewers: number;
  /** Of all viewers, from 0 to 1. */
  share: number;
}

/** The share of viewers who watched for at least so long. */
export function curveOf(points: readonly WatchTimePoint[]): CurvePoint[] {
  const all = points[0]?.viewers ?? 0;
  return points.map(({ seconds, viewers }) => ({ seconds, viewers, share: all === 0 ? 0 : viewers / all }));
}

/** The times that merchants speak of: 3, 5 and 15 minutes. */
export const MARKS = [180, 300, 900] as const;

export function marksOf(curve: readonly CurvePoint[]): CurvePoint[] {
  return MARKS.flatMap((mark) => curve.filter((point) => point.seconds === mark));
}

/** What viewers did: what the order of the most active goes by. */
export function actionsOf(counts: RoomCounts | undefined): bigint {
  if (!counts) return 0n;
  const { likes, comments, shares, follows, clicks, orders } = counts;
  return likes + comments + shares + follows + clicks + orders;
}

export function watchedSeconds(visit: Visit): number {
  return Number(visit.counts?.watchedMillis ?? 0n) / 1000;
}

/** The average watch time of a viewer, in seconds. */
export function averageWatchSeconds(report: RoomReport): number {
  const watched = Number(report.totals?.watchedMillis ?? 0n) / 1000;
  return report.viewers === 0 ? 0 : watched / report.viewers;
}

/** How many viewers there were at a moment. */
export interface Sample {
  at: number;
  viewers: number;
}

const SAMPLES_KEPT_MILLIS = 10 * MINUTE_MILLIS;

/** Adds what was seen; only the last minutes are kept, and each second once. */
export function sampled(samples: readonly Sample[], at: number, viewers: number): Sample[] {
  const second = at - (at % 1000);
  const kept = samples.filter((sample) => sample.at > at - SAMPLES_KEPT_MILLIS && sample.at < second);
  return [...kept, { at: second, viewers }];
}

/** Rewards that went out at once, with a key of their own for the list. */
export interface TickerEntry {
  key: number;
  rewards: RoomRewards;
}

const TICKER_LENGTH = 30;
let keys = 0;

export function withRewards(ticker: readonly TickerEntry[], rewards: RoomRewards): TickerEntry[] {
  return [{ key: ++keys, rewards }, ...ticker].slice(0, TICKER_LENGTH);
}

/** A newcomer by an invite. */
export interface Arrival {
  readonly key: number;
  readonly arrival: RoomArrival;
}

export function withArrival(arrivals: readonly Arrival[], arrival: RoomArrival): Arrival[] {
  return [{ key: ++keys, arrival }, ...arrivals].slice(0, TICKER_LENGTH);
}
