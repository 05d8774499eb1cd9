import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: { title: "今天别忘了", see: "去看看" },
  en: { title: "Don't miss today", see: "See" },
});
