import { describe, expect, it } from "vitest";
import { blanksBefore, monthBeside } from "./month.js";

describe("months", () => {
  it("lie beside each other over the turn of the year", () => {
    expect(monthBeside("2026-01", -1)).toBe("2025-12");
    expect(monthBeside("2026-12", 1)).toBe("2027-01");
  });

  it("begin on their weekday", () => {
    expect(blanksBefore("2026-11-01")).toBe(6);
    expect(blanksBefore("2026-06-01")).toBe(0);
  });
});
