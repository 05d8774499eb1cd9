import { afterEach, expect, test } from "vitest";
import { addressOf, browserJournal, memoryJournal, Navigation, placeOf } from "../src/core/navigation.js";

let navigation: Navigation | undefined;

afterEach(() => {
  navigation?.close();
});

const at = () => navigation && addressOf(navigation.place.value);

test("an address is a tab and the words of a sheet, and reads back as it was written", () => {
  expect(placeOf("tasks")).toEqual({ tab: "tasks", sheet: undefined });
  expect(placeOf("me/make-up/2026-11-20")).toEqual({ tab: "me", sheet: ["make-up", "2026-11-20"] });
  for (const word of ["a/b", "100%", "签到", "a b"]) {
    const place = { tab: "tasks", sheet: ["task", word] } as const;
    expect(placeOf(addressOf(place))).toEqual(place);
  }
});

test("what is no address is where the panel begins", () => {
  for (const odd of ["", "nowhere", "//", "%E0%A4%A", "<script>"]) {
    expect(placeOf(odd)).toEqual({ tab: "today", sheet: undefined });
  }
});

test("going back closes the sheet first, then shows the tab before, and then leaves the panel alone", () => {
  navigation = new Navigation(memoryJournal());
  navigation.show("tasks");
  navigation.openSheet("task", "likes");
  expect(at()).toBe("tasks/task/likes");
  expect(navigation.back()).toBe(true);
  expect(at()).toBe("tasks");
  expect(navigation.back()).toBe(true);
  expect(at()).toBe("today");
  expect(navigation.back()).toBe(false);
});

test("a page that was opened with a sheet closes it to the tab below", () => {
  const journal = memoryJournal();
  navigation = new Navigation({ ...journal, first: "tasks/task/likes" });
  navigation.closeSheet();
  expect(at()).toBe("tasks");
});

test("the same place again is not another step", () => {
  navigation = new Navigation(memoryJournal());
  navigation.show("today");
  expect(navigation.back()).toBe(false);
});

test("two panels of a page do not share its history", () => {
  const given = globalThis as {
    addEventListener?: unknown;
    removeEventListener?: unknown;
    history?: unknown;
  };
  const states: unknown[] = [];
  given.addEventListener ??= () => undefined;
  given.removeEventListener ??= () => undefined;
  given.history ??= { state: null, pushState: (state: unknown) => states.push(state) };
  navigation = new Navigation(browserJournal(false));
  const second = new Navigation(browserJournal(false));
  second.show("tasks");
  expect(states).toEqual([]);
  navigation.show("me");
  expect(states).toEqual([{ flywheelPanel: { address: "me", depth: 1 } }]);
});
