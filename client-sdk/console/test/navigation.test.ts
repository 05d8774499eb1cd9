import { beforeEach, expect, test } from "vitest";
import { home, navigation } from "../src/core/registry.js";
import { closeSession, openSession, type Role } from "../src/session/session.js";

function signIn(role: Role): void {
  openSession({
    token: "t",
    merchant: "m",
    subject: "s",
    role,
    expiresAt: undefined,
    remembered: false,
  });
}
const routes = () => navigation(undefined).flatMap(({ pages }) => pages.map((page) => page.route));
beforeEach(() => {
  signIn("merchant");
  return closeSession;
});

test("a merchant without a program has the places that need none", () => {
  const places = routes();

  expect(places).toContain("rooms");
  expect(places).not.toContain("leaderboards");
  expect(places.length).toBeGreaterThan(2);
});

test("whoever may not see people has the places that tell of figures alone", () => {
  signIn("analyst");

  expect(routes()).toEqual(["insight", "weekly"]);
  expect(home()).toBe("insight");
});
