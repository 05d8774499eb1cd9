import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "seasons",
  enabled: (program) => program.has("seasons"),
  tabs: ["tasks"],
  wakes: ["seasonMoved"],
  load: () => import("./index.js"),
};
