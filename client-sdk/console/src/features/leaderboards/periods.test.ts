import { describe, expect, it } from "vitest";
import { periodsBefore } from "./periods.js";

describe("the periods before one", () => {
  it("are days over the end of a month", () => {
    expect(periodsBefore("2026-03-01", 2)).toEqual(["2026-02-28", "2026-02-27"]);
  });

  it("are weeks over the end of a year, also of one with 53 of them", () => {
    expect(periodsBefore("2026-W02", 2)).toEqual(["2026-W01", "2025-W52"]);
    expect(periodsBefore("2027-W01", 2)).toEqual(["2026-W53", "2026-W52"]);
  });

  it("are months over the end of a year", () => {
    expect(periodsBefore("2026-02", 3)).toEqual(["2026-01", "2025-12", "2025-11"]);
  });

  it("are none where periods have no order of their own", () => {
    for (const period of ["all", "broadcast:show-1", "season:1772323200", ""])
      expect(periodsBefore(period, 3)).toEqual([]);
  });
});
