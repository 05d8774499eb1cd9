import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.js";

/** The suite through the server's own edge, and what depends on the door through Envoy too. */
export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  reporter: [["list"]],
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  use: { ...browser, trace: "retain-on-failure" },
  projects: [
    { name: "edge", metadata: { door: "edge" } },
    // A door carries pages and calls, and knows nothing of what they are about. What is marked @envoy brings each way to
    // call (streams, JSON, refusals, lost answers, servers that end, other origins), each kind of page and link, and each
    // service that panel and console call. What the other tests show is the same by either door.
    { name: "envoy", metadata: { door: "envoy" }, grep: /@envoy/ },
  ],
});
