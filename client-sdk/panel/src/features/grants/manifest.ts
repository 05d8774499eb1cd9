import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "grants",
  // Rewards stay the viewer's when the program changes.
  enabled: () => true,
  tabs: ["me"],
  wakes: ["grantIssued"],
  load: () => import("./index.js"),
};
