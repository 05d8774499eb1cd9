import { describe, expect, it } from "vitest";
import { instantOf, typedNumber, wallTime } from "../src/program/typed.js";
import { fragmentToken, readSession, tokenIn } from "../src/session/session.js";

describe("what is typed", () => {
  it("is a number where it is one, and stays as it is where it is none", () => {
    expect(typedNumber("1,000")).toBe(1000);
    expect(typedNumber(" 20 ")).toBe(20);
    expect(typedNumber("3m")).toBe("3m");
    expect(typedNumber("12345678901234567890")).toBe("12345678901234567890");
  });

  it("is a time in the program's zone, also across a change of the clocks", () => {
    expect(instantOf("2026-11-11T20:00", "Asia/Shanghai")).toBe("2026-11-11T20:00:00+08:00");
    expect(wallTime("2026-11-11T12:00:00Z", "Asia/Shanghai")).toBe("2026-11-11T20:00");
    expect(instantOf("2026-03-29T01:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00+01:00");
    expect(instantOf("2026-03-29T03:30", "Europe/Berlin")).toBe("2026-03-29T03:30:00+02:00");
    expect(wallTime(instantOf("2026-07-01T00:00", "America/New_York"), "America/New_York")).toBe(
      "2026-07-01T00:00",
    );
    expect(wallTime("soon", "Asia/Shanghai")).toBe("");
    expect(instantOf("2026-11-11T20:00", "Nowhere/Land")).toBe("2026-11-11T20:00:00+08:00");
  });
});

describe("a session", () => {
  const now = Date.UTC(2026, 10, 11);
  const claims = { merchant: "m", role: "host", sub: "lin", exp: now / 1000 + 60 } as const;

  it("is for hosts, merchants and the platform, as long as the token is good", () => {
    expect(readSession("t", false, claims, now)).toMatchObject({
      merchant: "m",
      role: "host",
      subject: "lin",
    });
    expect(readSession("t", false, { ...claims, role: "viewer" }, now)).toBe("viewer");
    expect(readSession("t", false, { ...claims, exp: now / 1000 }, now)).toBe("expired");
    expect(readSession("t", false, undefined, now)).toBe("malformed");
    expect(readSession("t", false, { role: "host" }, now)).toBe("malformed");
  });

  it("begins with a token as messages carry it: wrapped, announced, with a full stop behind it", () => {
    for (const text of [
      "a.b-_.c",
      " a.b-_.c\n",
      "Bearer a.b-_.c",
      "a.b\n  -_.c",
      "a.b-_.c。",
      "a.b-_.c.",
      "a.b-_.c》，",
    ])
      expect(tokenIn(text), text).toBe("a.b-_.c");
    for (const text of ["", "a.b", "。", "a.b.c.d", "a.中.c", "no token at all"])
      expect(tokenIn(text), text).toBeUndefined();
  });

  it("may come in the address's fragment", () => {
    expect(fragmentToken("#token=a.b.c")).toBe("a.b.c");
    expect(fragmentToken("#section")).toBeUndefined();
  });
});
