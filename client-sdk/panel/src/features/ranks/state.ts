import {
  LeaderboardService,
  type BoardPlace,
  type BoardSummary,
  type Fact,
  type GetLeagueResponse,
  type Leaderboard,
  type Reward,
  type Team,
} from "@flywheel/client";
import { textOf } from "@flywheel/look";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { fill } from "../../core/texts.js";
import { millisOf } from "../../core/time.js";
import { texts } from "./texts.js";

/** The boards of the merchant and of this room, in the program's order; undefined: not read yet. */
export type Ranks =
  | {
      readonly boards: readonly BoardSummary[];
      readonly teams: readonly Team[];
      /** The team for which the viewer scores here; empty: none. */
      readonly teamId: string;
    }
  | undefined;

export const ranks: Slice<Ranks> = {
  id: "ranks",
  initial: undefined,
  // The board that is looked at is watched; the list is only read again when it may have changed.
  isStale: (_, facts) =>
    facts.some(({ what }) => ["roomEntered", "roomLeft", "teamJoined"].includes(what.case ?? "")),
  read: async ({ flywheel, roomId }) => {
    const { boards, teams, teamId } = await flywheel.service(LeaderboardService).listLeaderboards({ roomId });
    return () => ({ boards, teams, teamId });
  },
  endsAtMillis: (state) =>
    (state?.boards ?? []).flatMap(({ period }) => (period?.endsAt ? [millisOf(period.endsAt)] : [])),
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

/** Whole minutes, so that the text stands still. */
export function coarse(seconds: number): number {
  return seconds < 60 ? seconds : seconds - (seconds % 60);
}

/** Where a place in a cohort would lead, were the period to end now. */
export function zoneOf(
  position: number,
  members: number,
  league: Pick<GetLeagueResponse, "promoted" | "relegated"> | undefined,
): "up" | "stay" | "down" {
  if (!league) return "stay";
  if (position <= league.promoted) return "up";
  return position > members - league.relegated ? "down" : "stay";
}

/** A rise in a league is celebrated; a fall is told where the league is shown. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "leagueMoved" || what.value.number <= what.value.formerNumber) return undefined;
  const { boardId, period, position, title } = what.value;
  const occasion = {
    zh: fill(texts.zh.rose, { position, title: textOf(title, "zh") }),
    en: fill(texts.en.rose, { position, title: textOf(title, "en") }),
  };
  return { key: `league ${boardId} ${period}`, moment: { ...noMoment, occasion } };
}
