import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "points",
  // Points can be given by any part of a program, and were perhaps by an earlier one.
  enabled: () => true,
  tabs: ["me"],
  early: true,
  load: () => import("./index.js"),
};
