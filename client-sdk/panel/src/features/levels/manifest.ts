import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "levels",
  enabled: (program) => program.has("levels"),
  tabs: ["me"],
  wakes: ["levelMoved"],
  load: () => import("./index.js"),
};
