import { defineCustomElement } from "vue";
import Panel from "./Panel.vue";
import type { PanelRoom } from "./core/room.js";
import { provideLanguage } from "./core/texts.js";
import { panels } from "./panels.js";

import tokens from "@flywheel/look/tokens.css?inline";

const Base = defineCustomElement(Panel, {
  styles: [tokens, ...((Panel as { styles?: string[] }).styles ?? [])],
  configureApp: provideLanguage,
});

const properties = {
  "base-url": "baseUrl",
  room: "room",
  token: "token",
  lang: "lang",
  theme: "theme",
  actions: "actions",
  history: "history",
  goes: "goes",
} as const;

/**
 * `<flywheel-panel>`: the viewer's panel with its styles inside. Attributes and properties are those of Panel.vue; like(),
 * comment(), share(), follow() and open() report what the viewer does with the host app's own buttons, back() serves its back
 * button.
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
    return this.#room().click(target);
  }

  /** Closes what is open over the panel, or goes to the place before; false: it is where it began. For a native back button. */
  back(): boolean {
    return this.#room().navigation.back();
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
