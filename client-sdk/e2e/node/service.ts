import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe } from "vitest";
import { Deployment } from "../harness/deployment.js";

const here = dirname(fileURLToPath(import.meta.url));
const jar = join(here, "../../../server/target/flywheel-server.jar");

/**
 * Tests against a server of their own. Where none has been built they are skipped, and said to be, unless
 * FLYWHEEL_REQUIRE_TOOLS=true.
 */
export function describeWithService(name: string, tests: (service: () => Deployment) => void): void {
  const isBuilt = existsSync(jar) || process.env["FLYWHEEL_REQUIRE_TOOLS"] === "true";
  if (!isBuilt) {
    console.error(`SKIPPED: ${name}: there is no ${jar} (mvn package builds it)`);
  }
  describe.skipIf(!isBuilt)(name, () => {
    let deployment: Deployment | undefined;
    beforeAll(async () => {
      deployment = await Deployment.start("edge");
    });
    afterAll(async () => {
      await deployment?.stop();
    });
    tests(() => {
      if (!deployment) throw new Error("the service has not started");
      return deployment;
    });
  });
}

/** Waits until a check holds. */
export async function until(
  check: () => boolean | Promise<boolean>,
  what: string,
  seconds = 20,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
