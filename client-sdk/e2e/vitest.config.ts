import { defineConfig } from "vitest/config";

/** What needs the service itself but no browser. */
export default defineConfig({
  test: {
    include: ["node/**/*.node.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
});
