import { afterEach, beforeEach, expect, test, vi } from "vitest";

const start = 0x019cad8fac00;
let newRequestId: () => string;

beforeEach(async () => {
  vi.useFakeTimers({ now: start });
  vi.resetModules();
  ({ newRequestId } = await import("../src/ids.js"));
});

afterEach(() => {
  vi.useRealTimers();
});

test("an id is a UUID of version 7 that bears its time", () => {
  expect(newRequestId()).toMatch(/^019cad8f-ac00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("ids of a millisecond are different and in order", () => {
  const ids = Array.from({ length: 10_000 }, newRequestId);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

test("a clock that is set back disturbs no order", () => {
  const ids = [newRequestId()];
  vi.setSystemTime(start - 86_400_000);
  ids.push(newRequestId(), newRequestId());
  vi.setSystemTime(start + 1);
  ids.push(newRequestId());
  expect([...ids].sort()).toEqual(ids);
  expect(ids.at(-1)).toMatch(/^019cad8f-ac01-7/);
});
