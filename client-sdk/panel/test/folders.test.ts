import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, expect, test } from "vitest";

const panel = fileURLToPath(new URL("../", import.meta.url));
const copy = `${panel}target/left-out`;
const features = readdirSync(`${panel}src/features`);

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** Builds the panel without some of its features. Answers the names of the files. */
async function buildWithout(names: readonly string[]): Promise<string[]> {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of ["src", "index.html", "board", "public", "vite.config.ts"]) {
    cpSync(`${panel}${part}`, `${copy}/${part}`, { recursive: true });
  }
  writeFileSync(`${copy}/tsconfig.json`, JSON.stringify({ extends: "../../tsconfig.json" }));
  for (const name of names) rmSync(`${copy}/src/features/${name}`, { recursive: true });
  await build({ root: copy, configFile: `${copy}/vite.config.ts`, logLevel: "error" });
  return readdirSync(`${copy}/dist/assets`);
}

test.each([...features.map((name) => [name]), features])(
  "the panel is built without the folder %s",
  async (...names) => {
    const built = await buildWithout(names);
    const isBuilt = (name: string) => built.some((file) => file.startsWith(`${name}-`));
    expect(features.filter((name) => !names.includes(name) && !isBuilt(name))).toEqual([]);
    expect(names.filter(isBuilt)).toEqual([]);
    expect(isBuilt("page")).toBe(true);
  },
  60_000,
);

test("no feature knows another, and nothing else knows a feature", () => {
  const sources = readdirSync(`${panel}src`, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.(ts|vue)$/.test(path),
  );
  const strangers = sources.flatMap((path) => {
    const own = /^features\/([^/]+)\//.exec(path)?.[1];
    const imports = readFileSync(`${panel}src/${path}`, "utf8").matchAll(/from "([^"]+)"/g);
    return [...imports]
      .map(([, target = ""]) => new URL(target, `file:///src/${path}`).pathname)
      .filter((target) => {
        const feature = /^\/src\/features\/([^/]+)\//.exec(target)?.[1];
        return feature !== undefined && feature !== own;
      })
      .map((target) => `${path} imports ${target}`);
  });
  expect(sources.length).toBeGreaterThan(40);
  expect(strangers).toEqual([]);
});
