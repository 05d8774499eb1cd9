import type { Fact, Grant } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { isSilent, noMoment, type Celebration } from "../../core/rewards.js";

/** The viewer's newest grants, newest first. */
export type Grants = readonly Grant[];

export const grants: Slice<Grants> = {
  id: "grants",
  initial: [],
  reduce(state, { what }) {
    const grant = what.case === "grantIssued" ? what.value.grant : undefined;
    const isKnown = !grant || state.some(({ grantNumber }) => grantNumber === grant.grantNumber);
    return isKnown ? state : [grant, ...state];
  },
  snapshot: (_, viewer) => viewer.grants,
};

export function moment({ what }: Fact): Celebration {
  const grant = what.case === "grantIssued" ? what.value.grant : undefined;
  return grant?.reward && !isSilent(grant.cause)
    ? {
        key: `grant ${grant.grantNumber}`,
        moment: { ...noMoment, rewards: [grant.reward], causes: grant.cause ? [grant.cause] : [] },
      }
    : undefined;
}
