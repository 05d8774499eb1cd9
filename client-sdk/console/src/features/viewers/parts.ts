import type { ViewerPart } from "../../core/feature.js";
import { loadViewerParts } from "../../core/registry.js";

let parts: readonly ViewerPart[] = [];

/** Loads what the features tell of one viewer, before the page is shown. */
export async function prepareViewer(): Promise<void> {
  parts = await loadViewerParts();
}

export function viewerParts(): readonly ViewerPart[] {
  return parts;
}
