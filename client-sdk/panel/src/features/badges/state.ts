import { BadgeService, type BadgeStanding, type BadgeTierStanding, type Fact } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { fill } from "../../core/texts.js";
import { texts } from "./texts.js";

/** All badges, in the program's order, and the one that is worn; undefined: not read yet. */
export type Badges = { readonly all: readonly BadgeStanding[]; readonly worn: string } | undefined;

export const badges: Slice<Badges> = {
  id: "badges",
  initial: undefined,
  isStale: (_, facts) =>
    facts.some(({ what }) => what.case === "badgeEarned" || what.case === "badgeRevoked"),
  read: async ({ flywheel }) => {
    const { badges: all, wornBadgeId } = await flywheel.service(BadgeService).listBadges({});
    return () => ({ all, worn: wornBadgeId });
  },
};

/** The highest tier that is held; undefined: none. */
export function heldTier({ tiers }: BadgeStanding): BadgeTierStanding | undefined {
  return tiers.filter(({ held }) => held).at(-1);
}

/** The lowest tier that is not held and whose count is known; undefined: there is none. */
export function nextTier({ tiers, count }: BadgeStanding): BadgeTierStanding | undefined {
  return tiers.find(({ held, threshold }) => !held && threshold > count);
}

/** Which part of the way to the next tier is done, 0 to 1. */
export function wayDone(badge: BadgeStanding): number {
  const next = nextTier(badge);
  return next ? Math.min(1, Number(badge.count) / Number(next.threshold)) : 1;
}

/** What is earned now is celebrated; what is awarded for the past is not, unless the merchant wants it. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "badgeEarned" || what.value.silent) return undefined;
  const { badgeId, threshold, title, tierTitle } = what.value;
  const named = (language: "zh" | "en") =>
    [title, tierTitle]
      .map((text) => (language === "en" && text?.en) || text?.zh || "")
      .filter(Boolean)
      .join(" · ") || badgeId;
  const occasion = {
    zh: fill(texts.zh.earned, { title: named("zh") }),
    en: fill(texts.en.earned, { title: named("en") }),
  };
  return { key: `badge ${badgeId} ${threshold}`, moment: { ...noMoment, occasion } };
}
