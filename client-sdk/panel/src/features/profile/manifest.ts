import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "profile",
  // How others see a viewer is the viewer's choice, whatever the program has.
  enabled: () => true,
  tabs: ["me"],
  load: () => import("./index.js"),
};
