import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "tasks",
  enabled: (program) => program.has("tasks"),
  tabs: ["today", "tasks"],
  sheets: ["task"],
  early: true,
  load: () => import("./index.js"),
};
