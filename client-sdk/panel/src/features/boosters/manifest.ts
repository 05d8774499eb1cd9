import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "boosters",
  enabled: (program) => program.has("boosters"),
  tabs: ["today"],
  wakes: ["roomBoosterMoved"],
  load: () => import("./index.js"),
};
