import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { build, type Rollup } from "vite";

/** What an app's script comes to when it is built for browsers, in bytes after gzip. */
async function built(app: string): Promise<{ code: string; gzipped: number }> {
  const entry = join(dirname(fileURLToPath(import.meta.url)), "apps", app);
  const result = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, target: "es2022", rollupOptions: { input: entry } },
  })) as Rollup.RollupOutput;
  const code = result.output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return { code, gzipped: gzipSync(code, { level: 9 }).length };
}

// About a tenth above what was measured when the budgets were set. Most of it is the library that reads and writes
// messages; this client's own code is about 9 kB of a room page.
test.each([
  { app: "check-in.ts", budget: 44_000, absent: ["joinRoom", "flywheel.v1.RoomService"] },
  { app: "room.ts", budget: 50_000, absent: ["node:"] },
])(
  "$app stays within $budget bytes",
  async ({ app, budget, absent }) => {
    const { code, gzipped } = await built(app);
    for (const text of absent) {
      expect(code).not.toContain(text);
    }
    console.log(`${app}: ${gzipped} bytes of ${budget}`);
    expect(gzipped).toBeLessThanOrEqual(budget);
  },
  60_000,
);
