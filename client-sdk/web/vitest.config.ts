import { defineConfig } from "vitest/config";

/** Bounds that a busy machine keeps too. */
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000 },
});
