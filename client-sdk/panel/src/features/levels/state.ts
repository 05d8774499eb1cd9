import {
  LevelMovedReason,
  LevelService,
  type Fact,
  type LevelChange,
  type LevelStanding,
  type LevelStep,
} from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { fill } from "../../core/texts.js";
import { millisOf } from "../../core/time.js";
import { texts } from "./texts.js";

/** Where the viewer is, all levels, and what moved the viewer's, the newest first; undefined: not read yet. */
export type Levels =
  | {
      readonly standing: LevelStanding;
      readonly ladder: readonly LevelStep[];
      readonly history: readonly LevelChange[];
    }
  | undefined;

export const levels: Slice<Levels> = {
  id: "levels",
  initial: undefined,
  snapshot: (state, { level }) => (state && level ? { ...state, standing: level } : state),
  isStale: (_, facts) =>
    facts.some(
      ({ what }) =>
        what.case === "levelMoved" ||
        what.case === "experienceDecayed" ||
        what.case === "grantRevoked" ||
        (what.case === "grantIssued" && what.value.grant?.reward?.kind.case === "experience"),
    ),
  read: async ({ flywheel }) => {
    const { standing, ladder, history } = await flywheel.service(LevelService).getLevel({});
    return () => (standing ? { standing, ladder, history } : undefined);
  },
  endsAtMillis: (state) => (state?.standing.nextLoss ? [millisOf(state.standing.nextLoss.at)] : []),
};

/** Which part of the way from this level to the next is done, 0 to 1; 1 on the highest. */
export function wayDone({ experience, levelExperience, nextExperience }: LevelStanding): number {
  if (nextExperience === 0n) return 1;
  const way = Number(nextExperience - levelExperience);
  return Math.min(1, Math.max(0, Number(experience - levelExperience) / way));
}

/** Which words say what moved the level. */
export function wordsOf({ reason, number, formerNumber }: LevelChange): "rose" | "back" | "lost" | "fell" {
  if (reason === LevelMovedReason.DECAYED) return number < formerNumber ? "fell" : "lost";
  return number < formerNumber ? "back" : "rose";
}

/** A level that is reached is celebrated; one that was taken back or lost is not. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "levelMoved" || what.value.number <= what.value.formerNumber) return undefined;
  const { levelId, number } = what.value;
  const occasion = {
    zh: fill(texts.zh.reached, { number }),
    en: fill(texts.en.reached, { number }),
  };
  return { key: `level ${levelId}`, moment: { ...noMoment, occasion } };
}
