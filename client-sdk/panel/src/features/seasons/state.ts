import {
  LevelService,
  SeasonRewardState,
  SeasonTrack,
  type Fact,
  type SeasonStanding,
  type SeasonStep,
} from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import type { PanelRoom } from "../../core/room.js";
import { fill } from "../../core/texts.js";
import { millisOf } from "../../core/time.js";
import { texts } from "./texts.js";

/** The seasons that run, and those that can still be claimed. */
export type Seasons = readonly SeasonStanding[];

export const seasons: Slice<Seasons> = {
  id: "seasons",
  initial: [],
  isStale: (_, facts) =>
    facts.some(
      ({ what }) =>
        what.case === "seasonMoved" ||
        what.case === "grantRevoked" ||
        (what.case === "rewardGiven" && what.value.cause?.what.case === "season") ||
        (what.case === "grantIssued" &&
          (what.value.grant?.reward?.kind.case === "experience" ||
            what.value.grant?.reward?.kind.case === "privilege")),
    ),
  read: async ({ flywheel }) => {
    const { seasons: read } = await flywheel.service(LevelService).listSeasons({});
    return () => read;
  },
  endsAtMillis: (state) => state.flatMap(({ endsAt, settlesAt }) => [millisOf(endsAt), millisOf(settlesAt)]),
};

/** Which part of the way from the tier before to the next is done, 0 to 1; 1 on the highest. */
export function wayDone({ experience, tiers }: SeasonStanding): number {
  const next = tiers.find((tier) => tier.experience > experience);
  if (!next) return 1;
  const from = tiers[next.number - 2]?.experience ?? 0n;
  return Math.max(0, Number(experience - from) / Number(next.experience - from));
}

/** The tier that the viewer has not come to yet; undefined: there is none. */
export function nextTier({ tiers }: SeasonStanding): SeasonStep | undefined {
  return tiers.find(({ reachedAt }) => !reachedAt);
}

/** How many rewards wait to be claimed. */
export function claimable({ tiers }: SeasonStanding): number {
  const waits = (state: SeasonRewardState) => (state === SeasonRewardState.CLAIMABLE ? 1 : 0);
  return tiers.reduce((sum, tier) => sum + waits(tier.state) + waits(tier.paidState), 0);
}

/**
 * Claims rewards of a season.
 *
 * @param tierId empty: of all tiers
 */
export async function claim(
  room: PanelRoom,
  { seasonId, period }: SeasonStanding,
  tierId = "",
  track = SeasonTrack.UNSPECIFIED,
): Promise<void> {
  try {
    const { facts } = await room
      .service(LevelService)
      .claimSeasonRewards({ seasonId, period, tierId, track });
    room.take(facts);
  } finally {
    room.refresh(seasons);
  }
}

/** A tier that is reached is celebrated; one that was taken back, and the track and the end, are not. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "seasonMoved" || what.value.number <= what.value.formerNumber) return undefined;
  const { seasonId, period, number } = what.value;
  const occasion = {
    zh: fill(texts.zh.reached, { number }),
    en: fill(texts.en.reached, { number }),
  };
  return { key: `season ${seasonId} ${period} ${number}`, moment: { ...noMoment, occasion } };
}
