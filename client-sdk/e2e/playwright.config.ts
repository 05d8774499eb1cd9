import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.js";

/** The same suite through the server's own edge and through Envoy. */
export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  reporter: [["list"]],
  // Each has a service of its own, and waits more than it works.
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  use: { ...browser, trace: "retain-on-failure" },
  projects: [
    // How pages look, and what they are built of, does not depend on the door.
    { name: "quality", metadata: { door: "edge" }, testMatch: "quality.spec.ts" },
    { name: "edge", metadata: { door: "edge" }, testIgnore: "quality.spec.ts" },
    { name: "envoy", metadata: { door: "envoy" }, testIgnore: ["quality.spec.ts", "folders.spec.ts"] },
  ],
});
