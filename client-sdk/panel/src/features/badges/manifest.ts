import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "badges",
  enabled: (program) => program.has("badges"),
  tabs: ["me"],
  wakes: ["badgeEarned"],
  load: () => import("./index.js"),
};
