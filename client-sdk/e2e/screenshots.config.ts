import { defineConfig } from "@playwright/test";
import base from "./playwright.config.js";

/** `npm run screenshots -w e2e` writes a picture of every screen into e2e/screenshots/out, for people to look at. */
export default defineConfig({
  ...base,
  testDir: "screenshots",
  timeout: 240_000,
  projects: [{ name: "edge", metadata: { door: "edge" } }],
});
