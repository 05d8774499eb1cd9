import { expect, test } from "vitest";
import { keptAt, keptText } from "../src/core/keptInvite.js";

test("an invite is kept for its room and for a day", () => {
  const at = "today/welcome/abcd2345/wechat";
  const text = keptText(at, "room-1", 1_000);
  expect(keptAt(text, "room-1", 1_000)).toBe(at);
  expect(keptAt(text, "room-1", 86_400_999)).toBe(at);
  expect(keptAt(text, "room-1", 86_401_000)).toBe("");
  expect(keptAt(text, "room-2", 2_000)).toBe("");
  expect(keptAt(at, "room-1", 2_000)).toBe("");
  expect(keptAt(null, "", 2_000)).toBe("");
});
