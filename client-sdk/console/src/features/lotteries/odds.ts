import type { Language } from "@flywheel/look";

const WHOLE = 1_000_000;

/** A number of draws in a million as a share: "12.5%", "0.0001%"; all digits that it has, for it is a promise. */
export function oddsText(inAMillion: number, language: Language): string {
  return new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
    style: "percent",
    maximumFractionDigits: 4,
  }).format(inAMillion / WHOLE);
}
