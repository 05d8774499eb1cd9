import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { RoomBoosterSchema, RoomReportSchema, RoomRewardsSchema } from "@flywheel/client";
import { describe, expect, it } from "vitest";
import {
  actionsOf,
  averageWatchSeconds,
  boosterSeconds,
  curveOf,
  endOfMinutes,
  marksOf,
  minutesOf,
  sampled,
  withRewards,
  type Sample,
  type TickerEntry,
} from "./figures.js";

const noon = Date.UTC(2026, 10, 11, 12, 0, 30);
const minute = 60_000;

describe("boosters that a host starts", () => {
  const offered = (longest: number, left = 0) =>
    boosterSeconds(create(RoomBoosterSchema, { longest: { seconds: BigInt(longest) } }), left);

  it("are offered for some usual times and for the longest", () => {
    expect(offered(60)).toEqual([60]);
    expect(offered(600)).toEqual([300, 600]);
    expect(offered(86_400)).toEqual([300, 600, 1_800, 3_600, 86_400]);
    expect(offered(600, 300), "what prolongs it").toEqual([600]);
    expect(offered(600, 600)).toEqual([]);
  });
});

describe("interactions a minute", () => {
  const report = create(RoomReportSchema, {
    readAt: timestampFromMs(noon),
    lastSeenAt: timestampFromMs(noon - 5_000),
    minutes: [
      { minute: timestampFromMs(noon - 30_000), counts: { likes: 7n, orders: 1n } },
      { minute: timestampFromMs(noon - 30_000 - 3 * minute), counts: { likes: 2n } },
    ],
  });

  it("are the latest sixty, those without anything at zero", () => {
    const likes = minutesOf(report.minutes, endOfMinutes(report), "likes");
    expect(likes).toHaveLength(60);
    expect(likes.at(-1)).toEqual({ at: noon - 30_000, count: 7 });
    expect(likes.at(-4)?.count).toBe(2);
    expect(likes.reduce((sum, point) => sum + point.count, 0)).toBe(9);
  });

  it("end with the broadcast once it is over", () => {
    const over = create(RoomReportSchema, {
      readAt: timestampFromMs(noon),
      lastSeenAt: timestampFromMs(noon - 60 * minute),
    });
    expect(endOfMinutes(over)).toBe(noon - 60 * minute);
    expect(endOfMinutes(report)).toBe(noon);
  });
});

describe("the watch-time curve", () => {
  const points = [
    { seconds: 0, viewers: 8 },
    { seconds: 180, viewers: 6 },
    { seconds: 300, viewers: 2 },
    { seconds: 900, viewers: 0 },
  ];
  const curve = curveOf(create(RoomReportSchema, { watchCurve: points }).watchCurve);

  it("is of shares of all viewers, marked at 3, 5 and 15 minutes", () => {
    expect(marksOf(curve).map((mark) => mark.share)).toEqual([0.75, 0.25, 0]);
  });

  it("of nobody is flat", () => {
    const empty = curveOf(create(RoomReportSchema, { watchCurve: [{ seconds: 0, viewers: 0 }] }).watchCurve);
    expect(empty[0]?.share).toBe(0);
  });
});

describe("figures of a room", () => {
  it("average the watch time over all viewers, and over none is zero", () => {
    const report = create(RoomReportSchema, { viewers: 4, totals: { watchedMillis: 60_000n } });
    expect(averageWatchSeconds(report)).toBe(15);
    expect(averageWatchSeconds(create(RoomReportSchema))).toBe(0);
  });

  it("count as actions what the order of the most active counts", () => {
    const { totals } = create(RoomReportSchema, {
      totals: {
        likes: 1n,
        comments: 2n,
        shares: 3n,
        follows: 4n,
        clicks: 5n,
        orders: 6n,
        entered: 100n,
        points: 100n,
      },
    });
    expect(actionsOf(totals)).toBe(21n);
    expect(actionsOf(undefined)).toBe(0n);
  });

  it("are kept for the last ten minutes, each second once", () => {
    let samples: Sample[] = [];
    for (let at = 0; at <= 20 * minute; at += 500) samples = sampled(samples, noon + at, at);
    expect(samples.length).toBeLessThanOrEqual(601);
    expect(samples.at(-1)).toEqual({ at: noon + 20 * minute, viewers: 20 * minute });
    expect(new Set(samples.map((sample) => sample.at)).size).toBe(samples.length);
  });

  it("show the newest rewards first, and no endless list", () => {
    let ticker: TickerEntry[] = [];
    for (let i = 0; i < 100; i++)
      ticker = withRewards(ticker, create(RoomRewardsSchema, { viewerId: `v${i}` }));
    expect(ticker.length).toBeLessThanOrEqual(30);
    expect(ticker[0]?.rewards.viewerId).toBe("v99");
    expect(new Set(ticker.map((entry) => entry.key)).size).toBe(ticker.length);
  });
});
