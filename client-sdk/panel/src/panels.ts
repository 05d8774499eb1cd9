import type { PanelRoom } from "./room/panel.js";

/** The room that each element on the page is in; throws where it is in none. */
export const panels = new WeakMap<Element, () => PanelRoom>();
