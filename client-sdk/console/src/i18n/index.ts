import { createI18n } from "vue-i18n";
import { en } from "./en.js";
import { zh } from "./zh.js";

export const i18n = createI18n({
  legacy: false,
  locale: "zh",
  fallbackLocale: "zh",
  messages: { zh, en },
  missingWarn: false,
  fallbackWarn: false,
});
