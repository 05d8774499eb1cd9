import { PointsEntryKind, PointsService, type Fact, type GetBalanceResponse } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { isSilent, noMoment, type Celebration } from "../../core/rewards.js";
import type { Timestamp } from "../../core/time.js";

/** What the viewer has in points; undefined: not known yet. */
export type Points =
  | {
      readonly balance: bigint;
      readonly pending: bigint;
      readonly expiring: bigint;
      readonly expiresAt: Timestamp | undefined;
      /** The latest entry that is part of it; 0: not known. */
      readonly entryNumber: bigint;
    }
  | undefined;

export const points: Slice<Points> = {
  id: "points",
  initial: undefined,
  reduce(state, { what }) {
    if (what.case !== "pointsBooked" || what.value.entryNumber < (state?.entryNumber ?? 0n)) {
      return state;
    }
    const { balance, pending, entryNumber } = what.value;
    return { expiring: 0n, expiresAt: undefined, ...state, balance, pending, entryNumber };
  },
  snapshot: (state, viewer) => (viewer.points ? withBalance(state, viewer.points) : state),
  read: async ({ flywheel }) => {
    const answer = await flywheel.service(PointsService).getBalance({});
    // Entries that were told of meanwhile are handed to reduce afterwards.
    return (state) => withBalance(state, answer);
  },
};

function withBalance(state: Points, answer: GetBalanceResponse): Points {
  const { balance, pending, expiring, expiresAt } = answer;
  return { balance, pending, expiring, expiresAt, entryNumber: state?.entryNumber ?? 0n };
}

/** Points that were earned are celebrated; what lapses, matures or is taken away is not. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "pointsBooked") {
    return undefined;
  }
  const { entryNumber, kind, amount, cause } = what.value;
  if (isSilent(cause)) return undefined;
  const key = `entry ${entryNumber}`;
  const causes = cause ? [cause] : [];
  switch (kind) {
    case PointsEntryKind.EARNED:
    case PointsEntryKind.ADJUSTED_UP:
      return { key, moment: { ...noMoment, points: Number(amount), causes } };
    case PointsEntryKind.EARNED_PENDING:
      return { key, moment: { ...noMoment, pending: Number(amount), causes } };
    default:
      return undefined;
  }
}
