import { RoomDrawService, RoomDrawState, type Fact, type RoomDrawView } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { millisOf } from "../../core/time.js";

/** The room's latest draws, newest first; undefined: not read yet. */
export type RoomDraws = readonly RoomDrawView[] | undefined;

/** The room tells that a draw began, was drawn or withdrawn; the viewer's own deeds tell the rest. */
const whatMoves = new Set<Fact["what"]["case"]>(["roomDrawMoved", "roomDrawEntered", "roomDrawWon"]);

export const roomDraws: Slice<RoomDraws> = {
  id: "roomdraws",
  initial: undefined,
  isStale: (_, facts) => facts.some(({ what }) => whatMoves.has(what.case)),
  read: async ({ flywheel, roomId }) => {
    const { draws } = await flywheel.service(RoomDrawService).listRoomDraws({ roomId, pageSize: 5 });
    return () => draws;
  },
  endsAtMillis: (state) => (state ?? []).flatMap(({ closesAt }) => (closesAt ? [millisOf(closesAt)] : [])),
  // Other viewers enter. Where the watch tells nothing, neither does the room say that a draw begins.
  isShared: (state, isLive) => !isLive || (state ?? []).some((draw) => draw.state === RoomDrawState.OPEN),
};

/** How long winners are shown after the end. */
const SHOWN_MILLIS = 10 * 60_000;

/** Those to show now: what is open or about to be drawn, and what has just ended. */
export function shownDraws(state: RoomDraws, nowMillis: number): RoomDrawView[] {
  return (state ?? []).filter(
    ({ state: is, closesAt }) =>
      is === RoomDrawState.OPEN ||
      is === RoomDrawState.CLOSED ||
      (closesAt !== undefined && nowMillis - millisOf(closesAt) < SHOWN_MILLIS),
  );
}

/** Whole seconds until a draw ends; 0: it has. */
export function secondsLeft({ closesAt }: RoomDrawView, nowMillis: number): number {
  return closesAt ? Math.max(0, Math.ceil((millisOf(closesAt) - nowMillis) / 1_000)) : 0;
}

/** What the viewer has won, by its prize's id; undefined: nothing. */
export function wonPrize({ own, winners }: RoomDrawView): string | undefined {
  return winners.find(({ tag }) => tag === own?.tag)?.prizeId;
}
