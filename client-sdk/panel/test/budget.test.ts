import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/** What a phone loads for the first view, and what any feature may add to it; gzipped. */
const maxBytes = { firstView: 123_000, feature: 30_000 };

const dist = new URL("../dist/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, dist), "utf8");
const gzipped = (path: string) => gzipSync(read(path)).length;
const scripts = readdirSync(new URL("assets/", dist))
  .filter((name) => name.endsWith(".js"))
  .map((name) => `assets/${name}`);

/** A script with all that it imports at once. */
function withImports(entry: string, found = new Set<string>()): Set<string> {
  if (!found.has(entry)) {
    found.add(entry);
    for (const [, name = ""] of read(entry).matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) {
      withImports(`assets/${name}`, found);
    }
  }
  return found;
}

const chunk = (name: string) => {
  const found = scripts.find((path) => path.startsWith(`assets/${name}-`));
  if (!found) throw new Error(`there is no chunk ${name}`);
  return found;
};
const page = (/src="\.\/(assets\/page-[^"]+)"/.exec(read("index.html")) ?? [])[1] ?? "";
const features = readdirSync(new URL("../src/features/", import.meta.url));

test("the first view, with check-in, tasks and points, stays within its budget", () => {
  const first = withImports(page);
  for (const name of ["checkin", "tasks", "points"]) withImports(chunk(name), first);
  expect(first.size).toBeGreaterThan(4);
  const bytes = [...first].reduce((sum, path) => sum + gzipped(path), 0);
  expect(bytes).toBeLessThan(maxBytes.firstView);
});

test.each(features)("%s is a file of its own, within its budget", (name) => {
  const core = withImports(page);
  const own = [...withImports(chunk(name))].filter((path) => !core.has(path));
  expect(own).toContain(chunk(name));
  expect(own.reduce((sum, path) => sum + gzipped(path), 0)).toBeLessThan(maxBytes.feature);
});

test("the page embeds one small script, which loads the element's present file", () => {
  const script = read("flywheel-panel.js");
  expect(script.length).toBeLessThan(1_000);
  const [, element = ""] = /URL\("(assets\/[^"]+)"/.exec(script) ?? [];
  expect(scripts).toContain(element);
});
