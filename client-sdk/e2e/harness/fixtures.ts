import { expect, test as base } from "@playwright/test";
import { Deployment, type Door } from "./deployment.js";
import { Merchant } from "./merchant.js";

interface TestFixtures {
  /** A merchant that no other test knows. */
  merchant: Merchant;
}

interface WorkerFixtures {
  /** Shared by the tests of a worker, which keep apart by their merchants. */
  deployment: Deployment;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  deployment: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from the pattern
    async ({}, use, worker) => {
      const deployment = await Deployment.start(worker.project.metadata["door"] as Door);
      await use(deployment);
      await deployment.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  /** No page may throw what nobody catches, whatever a test does to it. */
  context: async ({ context }, use) => {
    const uncaught: string[] = [];
    context.on("weberror", (event) => uncaught.push(event.error().stack ?? event.error().message));
    await use(context);
    expect(uncaught).toEqual([]);
  },

  merchant: async ({ deployment }, use, info) => {
    await use(new Merchant(deployment, `m-${info.workerIndex}-${info.testId}-${info.retry}`.slice(0, 64)));
  },
});

export { expect } from "@playwright/test";
