import { describe, expect, it } from "vitest";
import { oddsText } from "./odds.js";

describe("odds in a million", () => {
  it("are told to the last digit, and no further", () => {
    expect([1, 125_000, 333_333, 1_000_000, 0].map((odds) => oddsText(odds, "en"))).toEqual([
      "0.0001%",
      "12.5%",
      "33.3333%",
      "100%",
      "0%",
    ]);
  });
});
