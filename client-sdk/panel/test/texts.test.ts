import { expect, test } from "vitest";
import { createTexts } from "../src/i18n.js";
import { en } from "../src/locales/en.js";
import { zh } from "../src/locales/zh.js";

const entries = (messages: typeof zh) =>
  Object.entries(messages).flatMap(([group, texts]) =>
    Object.entries(texts).map(([name, text]) => [`${group}.${name}`, text] as const),
  );

test("Chinese and English have the same texts, and none is empty", () => {
  expect(entries(en).map(([key]) => key)).toEqual(entries(zh).map(([key]) => key));
  expect([...entries(zh), ...entries(en)].filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("a text names the same values in each language, a month's name apart", () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const english = new Map(entries(en));
  for (const [key, text] of entries(zh)) {
    if (key !== "checkIn.month") expect(names(english.get(key) ?? ""), key).toEqual(names(text));
  }
});

test("values stand where the text names them", () => {
  const { t, choose } = createTexts();
  expect(t("tasks.endsIn", { time: "3 分钟" })).toBe("剩 3 分钟");
  choose("en");
  expect(t("tasks.endsIn", { time: "3 min" })).toBe("3 min left");
  expect(t("checkIn.milestoneDays", { count: 1, rewards: "a" })).toBe("1 more day in a row: a");
  expect(t("checkIn.milestoneDays", { count: 2, rewards: "a" })).toBe("2 more days in a row: a");
});
