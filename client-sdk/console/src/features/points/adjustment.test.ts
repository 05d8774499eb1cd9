import { describe, expect, it } from "vitest";
import { typedAmount } from "./adjustment.js";

describe("what is typed", () => {
  it("is an adjustment within the contract's bounds, not zero", () => {
    expect(typedAmount("+100")).toBe(100n);
    expect(typedAmount("−1,000")).toBe(-1000n);
    for (const wrong of ["0", "", "1.5", "1000001", "-1000001", "ten"])
      expect(typedAmount(wrong)).toBeUndefined();
  });
});
