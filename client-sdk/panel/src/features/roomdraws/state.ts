import { RoomDrawService, RoomDrawState, type RoomDrawView } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { millisOf } from "../../core/time.js";

/** The room's latest draws, newest first; undefined: not read yet. */
export type RoomDraws = readonly RoomDrawView[] | undefined;

export const roomDraws: Slice<RoomDraws> = {
  id: "roomdraws",
  initial: undefined,
  isStale: (_, facts) =>
    facts.some(({ what }) => what.case === "roomDrawEntered" || what.case === "roomDrawWon"),
  read: async ({ flywheel, roomId }) => {
    const { draws } = await flywheel.service(RoomDrawService).listRoomDraws({ roomId, pageSize: 5 });
    return () => draws;
  },
  endsAtMillis: (state) => (state ?? []).flatMap(({ closesAt }) => (closesAt ? [millisOf(closesAt)] : [])),
  // The host starts one whenever it suits the show, and other viewers enter.
  isShared: () => true,
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
