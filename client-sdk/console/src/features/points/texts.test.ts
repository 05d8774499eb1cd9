import { PointsEntryKindSchema } from "@flywheel/client";
import { expect, it } from "vitest";
import texts from "./texts.js";

it("every kind of entry has a name", () => {
  const kinds = PointsEntryKindSchema.values.map((value) => value.number).filter((number) => number !== 0);
  expect(Object.keys(texts.zh.entryKind).map(Number)).toEqual(kinds);
});
