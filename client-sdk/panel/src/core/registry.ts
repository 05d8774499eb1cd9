import type { Manifest } from "./feature.js";

/** The features that there are: every folder of features/ that has a manifest. */
export const manifests: readonly Manifest[] = Object.values(
  import.meta.glob<Manifest>("../features/*/manifest.ts", { eager: true, import: "manifest" }),
);
