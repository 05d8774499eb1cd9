import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findJava } from "../harness/java.js";

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, "../../cli/target/flywheel-cli.jar");
const server = join(here, "../../../server/target/flywheel-server.jar");
const isBuilt = existsSync(cli) && existsSync(server);

function validate(...args: string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync(findJava(), ["-jar", cli, "validate", ...args], {
    encoding: "utf8",
    env: { ...process.env, FLYWHEEL_TOKEN: "" },
    timeout: 50_000,
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

test.skipIf(!isBuilt && process.env["FLYWHEEL_REQUIRE_TOOLS"] !== "true")(
  "the command line checks a program without a service and without a token",
  () => {
    const file = join(mkdtempSync(join(tmpdir(), "flywheel-validate-")), "program.yaml");
    writeFileSync(file, "tasks:\n- {id: a, title: A, trigger: like, tiers: [{threshold: 5 min}]}\n");
    const broken = validate(file);
    expect(broken.out).toContain(`${file}:2: tasks[0].tiers[0].threshold`);
    expect(broken.out).toContain("5m");
    expect(broken.status).toBe(2);

    writeFileSync(file, "tasks:\n- {id: a, title: A, trigger: like, tiers: [{threshold: 5}]}\n");
    const sound = validate(file);
    expect(sound.err).toBe("");
    expect(sound.out).toContain("no mistakes, 1 tasks");
    expect(sound.status).toBe(0);
    expect(validate("--template", "growth-flywheel").status).toBe(0);
  },
);
