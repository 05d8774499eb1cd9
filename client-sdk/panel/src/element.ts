import { defineCustomElement } from "vue";
import Panel from "./Panel.vue";
import { provideTexts } from "./i18n.js";
import { panels } from "./panels.js";
import type { PanelRoom } from "./room/panel.js";
import tokens from "@flywheel/look/tokens.css?inline";

const Base = defineCustomElement(Panel, {
  styles: [tokens, ...((Panel as { styles?: string[] }).styles ?? [])],
  configureApp: provideTexts,
});

const properties = {
  "base-url": "baseUrl",
  room: "room",
  token: "token",
  lang: "lang",
  theme: "theme",
  actions: "actions",
} as const;

/**
 * `<flywheel-panel>`: the viewer's panel with its styles inside. Attributes and properties are those of Panel.vue; like(),
 * comment(), share(), follow() and open() report what the viewer does with the host app's own buttons.
 */
export class FlywheelPanelElement extends Base {
  static readonly observedAttributes = Object.keys(properties);

  /** Vue by itself heeds attributes no more once the element was taken out of the page and put back. */
  attributeChangedCallback(name: keyof typeof properties, before: string | null, value: string | null): void {
    // A property that is an attribute too, such as lang, comes back here as it is.
    if (value !== before) Object.assign(this, { [properties[name]]: value ?? undefined });
  }

  like(count = 1): void {
    this.#room().like(count);
  }

  comment(text: string): Promise<void> {
    return this.#room().comment(text);
  }

  share(channel: string): Promise<void> {
    return this.#room().share(channel);
  }

  follow(): Promise<void> {
    return this.#room().follow();
  }

  open(target: string): Promise<void> {
    return this.#room().open(target);
  }

  #room(): PanelRoom {
    const room = panels.get(this);
    if (!room) {
      throw new Error("<flywheel-panel> is not in the page");
    }
    return room();
  }
}

if (!customElements.get("flywheel-panel")) {
  customElements.define("flywheel-panel", FlywheelPanelElement);
}
