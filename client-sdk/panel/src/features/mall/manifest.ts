import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "mall",
  enabled: (program) => program.has("mall"),
  tabs: ["mall", "me"],
  sheets: ["item"],
  wakes: ["redemptionMoved"],
  load: () => import("./index.js"),
};
