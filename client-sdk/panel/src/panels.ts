import type { PanelRoom } from "./core/room.js";

/** The room that each element on the page is in; throws where it is in none. */
export const panels = new WeakMap<Element, () => PanelRoom>();
