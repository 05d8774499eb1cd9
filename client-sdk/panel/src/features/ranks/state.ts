import {
  LeaderboardService,
  type BoardPlace,
  type BoardSummary,
  type Leaderboard,
  type Reward,
} from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { millisOf } from "../../core/time.js";

/** The boards of the merchant and of this room, in the program's order; undefined: not read yet. */
export type Ranks = readonly BoardSummary[] | undefined;

export const ranks: Slice<Ranks> = {
  id: "ranks",
  initial: undefined,
  // The board that is looked at is watched; the list is only read again when it may have changed.
  isStale: (_, facts) => facts.some(({ what }) => ["roomEntered", "roomLeft"].includes(what.case ?? "")),
  read: async ({ flywheel, roomId }) => {
    const { boards } = await flywheel.service(LeaderboardService).listLeaderboards({ roomId });
    return () => boards;
  },
  endsAtMillis: (state) =>
    (state ?? []).flatMap(({ period }) => (period?.endsAt ? [millisOf(period.endsAt)] : [])),
};

/**
 * What is missing to pass whoever stands right above; undefined: nobody does, or that place is not among those that are
 * known. Whoever reached a score first stays above, so that one more is needed.
 */
export function toNext(places: readonly BoardPlace[], own: BoardPlace | undefined): bigint | undefined {
  const above = own && places.find(({ position }) => position === own.position - 1);
  return above ? above.score - own.score + 1n : undefined;
}

/** What a position wins at the period's end, by the rules of the board; empty: nothing. */
export function prizesOf({ prizes }: Pick<Leaderboard, "prizes">, position: number): readonly Reward[] {
  return prizes.find(({ lastPosition }) => position <= lastPosition)?.rewards ?? [];
}

/** How a viewer who has no name is told apart without their id being shown: "l***n". */
export function masked(id: string): string {
  const letters = [...id];
  return letters.length < 3 ? `${letters[0] ?? ""}***` : `${letters[0] ?? ""}***${letters.at(-1) ?? ""}`;
}
