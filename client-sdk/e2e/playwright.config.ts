import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.js";

/** The same suite through the server's own edge and through Envoy. */
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
    // How pages look, and what they are built of, does not depend on the door.
    { name: "envoy", metadata: { door: "envoy" }, testIgnore: ["quality.spec.ts", "folders.spec.ts"] },
  ],
});
