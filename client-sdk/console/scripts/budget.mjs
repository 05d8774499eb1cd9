// Holds the scripts of the first view against a budget, compressed as they travel. Needs the built console.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const KIB = 1024;
/** The sign-in page and the rooms without their charts, with what they say. */
const BUDGET = 226 * KIB;
const FIRST_VIEW = [
  "index.html",
  "src/session/SignIn.vue",
  "src/shell/Shell.vue",
  "src/features/rooms/texts.ts",
  "src/features/rooms/RoomsView.vue",
  "src/features/rooms/RoomView.vue",
];
const LAZY = ["echarts", "codemirror"];

const dist = join(import.meta.dirname, "../dist");
const manifestFile = join(dist, ".vite/manifest.json");
if (!existsSync(manifestFile)) {
  console.error(`${manifestFile} is missing: build first, with "npm run build -w console"`);
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));

const scripts = new Set();
const collect = (key) => {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build has no ${key}`);
  if (scripts.has(chunk.file)) return;
  scripts.add(chunk.file);
  (chunk.imports ?? []).forEach(collect);
};
FIRST_VIEW.forEach(collect);

const sizes = [...scripts].map((file) => ({ file, size: gzipSync(readFileSync(join(dist, file))).length }));
const total = sizes.reduce((sum, { size }) => sum + size, 0);
const early = sizes.filter(({ file }) => LAZY.some((name) => file.includes(name)));
console.log(`first view: ${(total / KIB).toFixed(0)} KiB of scripts (budget ${BUDGET / KIB})`);
if (total > BUDGET || early.length > 0) {
  for (const { file, size } of sizes.sort((a, b) => b.size - a.size)) {
    console.error(`${(size / KIB).toFixed(1).padStart(7)} KiB  ${file}`);
  }
  if (early.length > 0)
    console.error(`must load when they are needed: ${early.map(({ file }) => file).join(", ")}`);
  process.exit(1);
}
