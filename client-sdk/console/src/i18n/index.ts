import { createI18n } from "vue-i18n";
import type { Texts } from "../core/texts.js";
import { en } from "./en.js";
import { zh } from "./zh.js";

export const i18n = createI18n<false>({
  legacy: false,
  locale: "zh",
  fallbackLocale: "zh",
  messages: { zh, en } as never,
  missingWarn: false,
  fallbackWarn: false,
});

/** Adds what something says that was loaded later. */
export function addTexts(added: Texts): void {
  i18n.global.mergeLocaleMessage("zh", added.zh);
  i18n.global.mergeLocaleMessage("en", added.en);
}
