import { expect, test } from "vitest";
import { askedOf, filterOf, NOTHING, type Asked } from "./filter.js";

const NOW = Date.parse("2026-11-29T12:00:00Z");

test("what was kept is asked for again", () => {
  const asked: Asked = {
    tag: "core-fan",
    level: "gold",
    room: "room-1",
    streak: "7",
    points: "100",
    orders: "1",
    away: "3",
    since: "1764345600000",
    until: "1764432000000",
  };

  expect(askedOf(filterOf(asked, NOW), NOW)).toEqual(asked);
  expect(askedOf(filterOf(NOTHING, NOW), NOW)).toEqual(NOTHING);
});

test("what can't be what is asked for counts nothing", () => {
  const nonsense = { ...NOTHING, room: "直播间", streak: "many", since: "-1" };

  expect(askedOf(filterOf(nonsense, NOW), NOW)).toEqual(NOTHING);
});
