import { defineTexts } from "../core/texts.js";

/** What every list that is read page by page says. */
export const pagedTexts = defineTexts({
  zh: { more: "查看更多" },
  en: { more: "Show more" },
});
