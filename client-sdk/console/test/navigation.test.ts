import { expect, test } from "vitest";
import { navigation } from "../src/core/registry.js";

test("a merchant without a program has the places that need none", () => {
  const places = navigation(undefined).flatMap(({ pages }) => pages.map((page) => page.route));

  expect(places).toContain("rooms");
  expect(places).not.toContain("leaderboards");
  expect(places.length).toBeGreaterThan(2);
});
