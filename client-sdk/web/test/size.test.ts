import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { build, type Rollup } from "vite";

const here = dirname(fileURLToPath(import.meta.url));

/** What an app's script comes to when it is built for browsers: its modules, and its bytes after gzip. */
async function built(app: string): Promise<{ modules: string[]; gzipped: number }> {
  const result = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, target: "es2022", rollupOptions: { input: join(here, "apps", app) } },
  })) as Rollup.RollupOutput;
  const chunks = result.output.filter((output) => output.type === "chunk");
  const code = chunks.map((chunk) => chunk.code).join("");
  const modules = chunks.flatMap((chunk) => chunk.moduleIds).map((id) => relative(join(here, "../src"), id));
  return { modules, gzipped: gzipSync(code, { level: 9 }).length };
}

const service = (name: string) => `gen/flywheel/v1/${name}_service_pb.ts`;
/** What merchants configure, but for the few messages of it that viewers' services name. */
const program = "gen/flywheel/v1/program/program_pb.ts";

// About a tenth above what was measured when the budgets were set, and what levels, their decay, deliveries, badges, coupons, invites,
// seasons and boosters that hosts start brought to the messages since. Most of it is the library that reads and writes messages; this
// client's own code is about 9 kB of a room page.
test.each([
  {
    app: "check-in.ts",
    budget: 45_500,
    present: ["flywheel.ts", service("check_in")],
    absent: ["room.ts", "likes.ts", service("room"), service("task"), program],
  },
  {
    app: "room.ts",
    budget: 55_000,
    present: ["flywheel.ts", "room.ts", "likes.ts", service("room"), service("task")],
    absent: [service("program"), service("analytics"), program],
  },
])(
  "$app carries what it names and stays within $budget bytes",
  async ({ app, budget, present, absent }) => {
    const { modules, gzipped } = await built(app);
    expect(modules).toEqual(expect.arrayContaining(present));
    expect(modules.filter((module) => absent.includes(module))).toEqual([]);
    expect(modules.filter((module) => /node:|browser-external/.test(module))).toEqual([]);
    console.log(`${app}: ${gzipped} bytes of ${budget}`);
    expect(gzipped).toBeLessThanOrEqual(budget);
  },
  60_000,
);
