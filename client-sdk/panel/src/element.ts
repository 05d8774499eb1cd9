import { defineCustomElement } from "vue";
import Panel from "./Panel.vue";
import { provideTexts } from "./i18n.js";
import tokens from "@flywheel/look/tokens.css?inline";

const Base = defineCustomElement(Panel, {
  styles: [tokens, ...((Panel as { styles?: string[] }).styles ?? [])],
  configureApp: provideTexts,
});

/**
 * `<flywheel-panel>`: the viewer's panel with its styles inside. Attributes and properties are those of Panel.vue; like(),
 * comment(), share(), follow() and open() report what the viewer does with the host app's own buttons.
 */
export class FlywheelPanelElement extends Base {
  declare like: (count?: number) => void;
  declare comment: (text: string) => Promise<void>;
  declare share: (channel: string) => Promise<void>;
  declare follow: () => Promise<void>;
  declare open: (target: string) => Promise<void>;
}

if (!customElements.get("flywheel-panel")) {
  customElements.define("flywheel-panel", FlywheelPanelElement);
}
