import { chooseLanguage, type Language } from "@flywheel/look";
import { ref, watchEffect } from "vue";

export type Theme = "auto" | "light" | "dark";

/** What this device remembers of its user's taste. */
export const theme = ref<Theme>(readTheme());
export const language = ref<Language>(chooseLanguage(read("language"), navigator.languages));
/** Whether the page is dark now. */
export const dark = ref(false);

const system = matchMedia("(prefers-color-scheme: dark)");

/** Keeps the page in step with the preferences. */
export function applyPreferences(): void {
  watchEffect(() => {
    const root = document.documentElement;
    if (theme.value === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = theme.value;
    dark.value = theme.value === "dark" || (theme.value === "auto" && system.matches);
    write("theme", theme.value);
  });
  watchEffect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
    write("language", language.value);
  });
  system.addEventListener("change", () => {
    if (theme.value === "auto") dark.value = system.matches;
  });
}

function readTheme(): Theme {
  const kept = read("theme");
  return kept === "light" || kept === "dark" ? kept : "auto";
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`flywheel.console.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`flywheel.console.${name}`, value);
  } catch {
    // A browser that forbids storage forgets the preference; nothing else is lost.
  }
}
