import { LevelService, type Fact, type LevelStanding, type LevelStep } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { fill } from "../../core/texts.js";
import { texts } from "./texts.js";

/** Where the viewer is, and all levels; undefined: not read yet. */
export type Levels = { readonly standing: LevelStanding; readonly ladder: readonly LevelStep[] } | undefined;

export const levels: Slice<Levels> = {
  id: "levels",
  initial: undefined,
  snapshot: (state, { level }) => (state && level ? { ...state, standing: level } : state),
  isStale: (_, facts) =>
    facts.some(
      ({ what }) =>
        what.case === "levelMoved" ||
        what.case === "grantRevoked" ||
        (what.case === "grantIssued" && what.value.grant?.reward?.kind.case === "experience"),
    ),
  read: async ({ flywheel }) => {
    const { standing, ladder } = await flywheel.service(LevelService).getLevel({});
    return () => (standing ? { standing, ladder } : undefined);
  },
};

/** Which part of the way from this level to the next is done, 0 to 1; 1 on the highest. */
export function wayDone({ experience, levelExperience, nextExperience }: LevelStanding): number {
  if (nextExperience === 0n) return 1;
  const way = Number(nextExperience - levelExperience);
  return Math.min(1, Math.max(0, Number(experience - levelExperience) / way));
}

/** A level that is reached is celebrated; one that was taken back is not. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "levelMoved" || what.value.number <= what.value.formerNumber) return undefined;
  const { levelId, number } = what.value;
  const occasion = {
    zh: fill(texts.zh.reached, { number }),
    en: fill(texts.en.reached, { number }),
  };
  return { key: `level ${levelId}`, moment: { ...noMoment, occasion } };
}
