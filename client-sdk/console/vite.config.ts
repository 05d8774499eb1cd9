import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// Where the service answers during development; in production the page comes from where the service is.
const service = process.env.FLYWHEEL_URL ?? "http://localhost:8080";

export default defineConfig({
  base: "/console/",
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: "true", // Element Plus has components of that kind
    __VUE_I18N_LEGACY_API__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
  },
  build: {
    target: "es2022",
    manifest: true,
    modulePreload: { polyfill: false }, // the polyfill is for browsers that es2022 leaves out anyway
    chunkSizeWarningLimit: 800,
  },
  server: {
    port: 5273,
    proxy: { "^/flywheel\\.v1\\.": { target: service, changeOrigin: true } },
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.ts", "src/**/*.test.ts"] },
});
