import { create } from "@bufbuild/protobuf";
import { FactSchema, RoomDrawState, RoomDrawViewSchema, type Fact } from "@flywheel/client";
import { expect, test } from "vitest";
import { roomDraws } from "../src/features/roomdraws/state.js";

const fact = (what: "roomDrawMoved" | "roomDrawEntered" | "roomDrawWon" | "drawn"): Fact =>
  create(FactSchema, { what: { case: what, value: {} } });
const draws = (...states: RoomDrawState[]) => states.map((state) => create(RoomDrawViewSchema, { state }));

test("the room's news and the viewer's own deeds say when a draw is another one", () => {
  expect(roomDraws.isStale?.([], [fact("drawn"), fact("roomDrawMoved")])).toBe(true);
  expect(roomDraws.isStale?.([], [fact("roomDrawEntered")])).toBe(true);
  expect(roomDraws.isStale?.([], [fact("roomDrawWon")])).toBe(true);
  expect(roomDraws.isStale?.([], [fact("drawn")])).toBe(false);
});

test("a panel that hears the room asks every few seconds only while others may enter", () => {
  expect(roomDraws.isShared?.(undefined, true)).toBe(false);
  expect(roomDraws.isShared?.(draws(RoomDrawState.DRAWN, RoomDrawState.WITHDRAWN), true)).toBe(false);
  expect(roomDraws.isShared?.(draws(RoomDrawState.DRAWN, RoomDrawState.OPEN), true)).toBe(true);
  expect(roomDraws.isShared?.(draws(RoomDrawState.DRAWN), false)).toBe(true);
});
