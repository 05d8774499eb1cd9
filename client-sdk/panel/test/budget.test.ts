import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/** What a phone loads before the first view, gzipped. */
const mostBytes = 120_000;
const dist = new URL("../dist/", import.meta.url);
const gzipped = (path: string) => gzipSync(readFileSync(new URL(path, dist))).length;

test("the page's script stays within its budget", () => {
  const scripts = readdirSync(new URL("assets/", dist)).filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.reduce((sum, name) => sum + gzipped(`assets/${name}`), 0)).toBeLessThan(mostBytes);
});

test("the element is one script, that loads no other, within its budget", () => {
  expect(gzipped("flywheel-panel.js")).toBeLessThan(mostBytes);
  const script = readFileSync(new URL("flywheel-panel.js", dist), "utf8");
  expect(/\bimport\(|@import/.test(script), "it loads another file").toBe(false);
});
