import { create } from "@bufbuild/protobuf";
import { BoardPlaceSchema, FactSchema, LeaderboardSchema } from "@flywheel/client";
import { expect, test } from "vitest";
import { masked, moment, prizesOf, toNext, zoneOf } from "../src/features/ranks/state.js";

const place = (position: number, score: bigint) =>
  create(BoardPlaceSchema, { position, rank: position, score });

test("to move up takes one more than whoever stands above has", () => {
  const places = [place(1, 90n), place(2, 50n), place(3, 50n)];
  expect(toNext(places, places[1])).toBe(41n);
  expect(toNext(places, places[2]), "of equal scores the earlier one stays above").toBe(1n);
  expect(toNext(places, places[0])).toBeUndefined();
  expect(toNext(places, place(9, 1n)), "who stands above is not known").toBeUndefined();
  expect(toNext(places, undefined)).toBeUndefined();
});

test("a position wins the prize of the first range that reaches to it", () => {
  const points = (amount: bigint) => ({ kind: { case: "points" as const, value: { amount } } });
  const board = create(LeaderboardSchema, {
    prizes: [
      { lastPosition: 1, rewards: [points(100n)] },
      { lastPosition: 3, rewards: [points(40n)] },
    ],
  });
  const won = (position: number) => prizesOf(board, position).map(({ kind }) => kind.value);
  expect(won(1)).toEqual([expect.objectContaining({ amount: 100n })]);
  expect(won(2)).toEqual(won(3));
  expect(won(3)).toEqual([expect.objectContaining({ amount: 40n })]);
  expect(won(4)).toEqual([]);
});

test("whoever has no name is told apart, and no id is shown whole", () => {
  expect(masked("viewer-17")).toBe("v***7");
  expect(masked("ab")).toBe("a***");
  expect(masked("")).toBe("***");
});

test("the ends of a group rise and fall, and who is in between stays", () => {
  const league = { promoted: 2, relegated: 1 };
  expect([1, 2, 3, 4, 5].map((position) => zoneOf(position, 5, league))).toEqual([
    "up",
    "up",
    "stay",
    "stay",
    "down",
  ]);
  expect(zoneOf(1, 1, { promoted: 0, relegated: 0 })).toBe("stay");
  expect(zoneOf(1, 5, undefined)).toBe("stay");
});

test("a rise in a league is celebrated once, and no fall is", () => {
  const moved = (number: number) =>
    create(FactSchema, {
      what: {
        case: "leagueMoved",
        value: {
          boardId: "ladder",
          period: "2026-W10",
          number,
          formerNumber: 2,
          position: 1,
          title: { zh: "黄金", en: "Gold" },
        },
      },
    });
  expect(moment(moved(3))).toMatchObject({
    key: "league ladder 2026-W10",
    moment: { occasion: { zh: "上期第 1 名，升入黄金", en: "Rank 1 last time: up to Gold" } },
  });
  expect(moment(moved(2))).toBeUndefined();
  expect(moment(moved(1))).toBeUndefined();
});
