import { BoosterKind, ViewerService, type BoosterStanding, type Fact } from "@flywheel/client";
import { textOf, type Language } from "@flywheel/look";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { fill } from "../../core/texts.js";
import { millisOf } from "../../core/time.js";
import { texts } from "./texts.js";

/** The boosters that hold for the viewer. */
export type Boosters = readonly BoosterStanding[];

export const boosters: Slice<Boosters> = {
  id: "boosters",
  initial: [],
  snapshot: (_, viewer) => viewer.boosters,
  // A privilege that is bought, a level, the room that the viewer is in and its host may bring one about, or end it.
  isStale: (_, facts) =>
    facts.some(
      ({ what }) =>
        what.case === "roomEntered" ||
        what.case === "roomBoosterMoved" ||
        what.case === "levelMoved" ||
        what.case === "grantRevoked" ||
        (what.case === "grantIssued" && what.value.grant?.reward?.kind.case === "privilege"),
    ),
  read: async ({ flywheel }) => {
    const { viewer } = await flywheel.service(ViewerService).getViewer({});
    return () => viewer?.boosters ?? [];
  },
  endsAtMillis: (state) => state.flatMap(({ endsAt }) => (endsAt ? [millisOf(endsAt)] : [])),
};

/** What a host starts in the room is announced, each time once. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "roomBoosterMoved" || what.value.ended) return undefined;
  const { boosterId, title, percent, startedAt, endsAt } = what.value;
  const factor = String(percent / 100);
  const told = (language: Language) =>
    fill(texts[language].started, { title: textOf(title, language), factor });
  const key = `booster ${boosterId} ${String(millisOf(startedAt))} ${String(millisOf(endsAt))}`;
  return { key, moment: { ...noMoment, occasion: { zh: told("zh"), en: told("en") } } };
}

/** Those that have not ended. */
export function holding(state: Boosters, nowMillis: number): Boosters {
  return state.filter(({ endsAt }) => !endsAt || millisOf(endsAt) > nowMillis);
}

/** What is left of one, in seconds: whole minutes, rounded up, until the last one; undefined: it does not end. */
export function secondsLeft({ endsAt }: BoosterStanding, nowMillis: number): number | undefined {
  if (!endsAt) return undefined;
  const seconds = Math.max(0, Math.ceil((millisOf(endsAt) - nowMillis) / 1_000));
  return seconds > 60 ? Math.ceil(seconds / 60) * 60 : seconds;
}

/** What one multiplies. */
export function whatOf({ multiplies }: BoosterStanding): "points" | "experience" | "both" {
  if (multiplies.length > 1) return "both";
  return multiplies[0] === BoosterKind.EXPERIENCE ? "experience" : "points";
}
