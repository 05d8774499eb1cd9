import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "checkin",
  enabled: (program) => program.has("check_in"),
  tabs: ["today"],
  sheets: ["check-in", "make-up"],
  early: true,
  load: () => import("./index.js"),
};
