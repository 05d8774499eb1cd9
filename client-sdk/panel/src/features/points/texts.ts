import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: {
    label: "积分",
    open: "积分明细",
  },
  en: {
    label: "points",
    open: "Points history",
  },
});
