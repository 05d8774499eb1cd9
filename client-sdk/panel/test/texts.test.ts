import { expect, test } from "vitest";
import { coreTexts } from "../src/core/coreTexts.js";
import { fill, type Texts } from "../src/core/texts.js";
import { texts as tasks } from "../src/features/tasks/texts.js";

/** Every table of texts that the panel has. That English has the names of Chinese is what the compiler checks. */
const modules = import.meta.glob<Record<string, Texts>>(
  ["../src/features/*/*exts.ts", "../src/shell/texts.ts"],
  {
    eager: true,
  },
);
const tables: [string, Texts][] = [
  ...Object.entries(coreTexts as Record<string, Texts>),
  ...Object.entries(modules).flatMap(([path, tables]) =>
    Object.entries(tables).map(([name, table]): [string, Texts] => [`${path} ${name}`, table]),
  ),
];

test("no text is empty in any language", () => {
  expect(tables.length).toBeGreaterThan(7);
  for (const [name, { zh, en }] of tables) {
    const empty = [...Object.entries(zh), ...Object.entries(en)].filter(([, text]) => text.trim() === "");
    expect(empty, name).toEqual([]);
  }
});

test("a text names the same values in each language, a month's name apart", () => {
  const names = (text = "") => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const [table, { zh, en }] of tables) {
    for (const [name, text] of Object.entries(zh)) {
      if (name !== "month") expect(names(en[name]), `${table} ${name}`).toEqual(names(text));
    }
  }
});

test("values stand where the text names them", () => {
  expect(fill(tasks.zh.endsIn, { time: "3 分钟" })).toBe("剩 3 分钟");
  expect(fill("{count} more {count|day|days}", { count: 1 })).toBe("1 more day");
  expect(fill("{count} more {count|day|days}", { count: 2 })).toBe("2 more days");
});
