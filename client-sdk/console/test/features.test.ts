import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { programEn } from "../src/program/words.en.js";
import { programZh } from "../src/program/words.zh.js";
import { en } from "../src/i18n/en.js";
import { zh } from "../src/i18n/zh.js";
import type { Texts } from "../src/core/texts.js";

const source = join(import.meta.dirname, "../src");
const features = readdirSync(join(source, "features"));

/** The folder of features that a file is in; undefined: none. */
const featureOf = (path: string) => /^features\/([^/]+)\//.exec(relative(source, path))?.[1];

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|vue)$/.test(name))
  .map((name) => join(source, name));

describe("a feature is a folder", () => {
  it("that nothing outside of it imports, so that it can be deleted", () => {
    const reached = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/(?:from|import\(?)\s*"(\.[^"]+)"/g)]
        .map((found) => resolve(dirname(file), found[1] ?? ""))
        .filter((target) => featureOf(target) && featureOf(target) !== featureOf(file))
        .map((target) => `${relative(source, file)} -> ${relative(source, target)}`),
    );
    expect(reached).toEqual([]);
  });

  it("whose pages are reached by the names of their routes alone", () => {
    const addresses = files
      .filter((file) => !file.endsWith(".test.ts"))
      .flatMap((file) =>
        [
          ...readFileSync(file, "utf8").matchAll(/(?:\sto|:to|push\(|replace\()="?["'`](\/[a-z][^"'`]*)/g),
        ].map((found) => `${relative(source, file)}: ${found[1] ?? ""}`),
      );
    expect(addresses).toEqual([]);
  });
});

describe("what the console says", () => {
  const modules = import.meta.glob<{ default?: Texts; words?: Texts }>(
    ["../src/features/*/texts.ts", "../src/features/*/form.words.ts"],
    { eager: true },
  );
  const said: [string, Texts][] = [
    ["core", { zh, en }],
    ["program", { zh: programZh, en: programEn }],
    ...Object.entries(modules).map(([file, { default: own, words }]): [string, Texts] => [
      file.replace("../src/features/", ""),
      own ?? words ?? { zh: {}, en: {} },
    ]),
  ];
  /** Texts by their keys: "fact.checkedIn". */
  const flat = (words: object, at = ""): [string, string][] =>
    Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
      typeof value === "object" && value ? flat(value, `${at}${key}.`) : [[`${at}${key}`, String(value)]],
    );
  const blanks = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].toSorted();

  it("comes from every feature that is there", () => {
    expect(said.length).toBeGreaterThan(features.length);
  });

  it.each(said)("%s: is there in both languages, with the same places to fill in", (_, texts) => {
    const english = new Map(flat(texts.en));
    const chinese = new Map(flat(texts.zh));
    expect([...english.keys()].toSorted()).toEqual([...chinese.keys()].toSorted());
    for (const [key, text] of chinese)
      expect([key, blanks(english.get(key) ?? "")]).toEqual([key, blanks(text)]);
  });

  it.each(said)("%s: has no bare @, which leads to another message", (_, texts) => {
    expect(JSON.stringify(texts).replaceAll("{'@'}", "")).not.toContain("@");
  });

  it("is said by one feature alone", () => {
    const owners = new Map<string, string>();
    for (const [file, { words }] of Object.entries(modules))
      for (const [key] of flat(words?.zh ?? {})) {
        expect([key, owners.get(key)]).toEqual([key, undefined]);
        owners.set(key, file);
      }
  });
});
