import { expect, test, vi } from "vitest";
import { newRequestId } from "../src/ids.js";

test("an id is a UUID of version 7 that bears its time", () => {
  vi.useFakeTimers({ now: 0x019cad8fac00 });
  try {
    const ids = Array.from({ length: 1000 }, newRequestId);
    for (const id of ids) {
      expect(id).toMatch(/^019cad8f-ac00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(ids).size).toBe(ids.length);
    vi.setSystemTime(0x019cad8fac01);
    expect(newRequestId() > String(ids[0])).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
