import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "lottery",
  enabled: (program) => program.has("lotteries"),
  tabs: ["mall"],
  sheets: ["lottery"],
  load: () => import("./index.js"),
};
