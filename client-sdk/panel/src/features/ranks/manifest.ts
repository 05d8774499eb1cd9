import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "ranks",
  enabled: (program) => program.has("leaderboards"),
  tabs: ["ranks"],
  wakes: ["leagueMoved"],
  load: () => import("./index.js"),
};
