import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "coupons",
  // Coupons stay the viewer's when the program changes.
  enabled: () => true,
  tabs: ["me"],
  load: () => import("./index.js"),
};
