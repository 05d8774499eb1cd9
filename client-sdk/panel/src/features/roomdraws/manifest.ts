import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "roomdraws",
  enabled: (program) => program.has("room_draws"),
  tabs: ["today"],
  load: () => import("./index.js"),
};
