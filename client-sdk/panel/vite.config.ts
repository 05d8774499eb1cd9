import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

/** "vite build" makes the phone page; "vite build --mode element" adds the one script that other pages embed. */
export default defineConfig(({ mode }) => ({
  base: "/panel/",
  plugins: [vue({ features: { customElement: true, optionsAPI: false } })],
  define: mode === "element" ? { "process.env.NODE_ENV": JSON.stringify("production") } : {},
  build:
    mode === "element"
      ? {
          target: "es2022",
          emptyOutDir: false,
          lib: {
            entry: "src/element.ts",
            formats: ["iife" as const],
            name: "FlywheelPanel",
            fileName: () => "flywheel-panel.js",
          },
        }
      : { target: "es2022", modulePreload: { polyfill: false } },
  server: { proxy: { "/flywheel.v1.": process.env["FLYWHEEL_URL"] ?? "http://localhost:8080" } },
}));
