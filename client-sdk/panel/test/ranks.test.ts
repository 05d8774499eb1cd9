import { create } from "@bufbuild/protobuf";
import { BoardPlaceSchema, LeaderboardSchema } from "@flywheel/client";
import { expect, test } from "vitest";
import { masked, prizesOf, toNext } from "../src/features/ranks/state.js";

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
