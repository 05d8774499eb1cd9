import { describe, expect, it } from "vitest";
import { csv } from "../src/shell/csv.js";

describe("a table as CSV", () => {
  it("begins with a byte order mark and ends each row with a line break", () => {
    expect(csv([["a", "b"], ["c"]])).toBe("\uFEFFa,b\r\nc\r\n");
  });

  it("quotes what holds commas, quotes and line breaks", () => {
    expect(csv([['a "b"', "c,d", "e\nf", "g"]])).toBe('\uFEFF"a ""b""","c,d","e\nf",g\r\n');
  });

  it("holds nothing that a spreadsheet would run", () => {
    for (const text of ["=1+1", "+1", "-1+1", "@SUM(A1)", "\tx"]) expect(csv([[text]])).toContain(`'${text}`);
    expect(csv([["-12"]])).toBe("\uFEFF-12\r\n");
    expect(csv([["1=1"]])).toBe("\uFEFF1=1\r\n");
  });
});
