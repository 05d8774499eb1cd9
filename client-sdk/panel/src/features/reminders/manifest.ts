import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "reminders",
  enabled: (program) => program.has("reminders"),
  tabs: ["today"],
  load: () => import("./index.js"),
};
