import type { Language } from "@flywheel/look";
import { computed, inject, shallowRef, type App, type ComputedRef, type InjectionKey, type Ref } from "vue";

/** Texts by name, in each language. */
export interface Texts<Name extends string = string> {
  readonly zh: Readonly<Record<Name, string>>;
  readonly en: Readonly<Record<Name, string>>;
}

export type Values = Readonly<Record<string, string | number>>;

/** The texts of a part of the panel. A name that English lacks, or has alone, does not compile. */
export function defineTexts<const Zh extends Readonly<Record<string, string>>>(texts: {
  readonly zh: Zh;
  readonly en: { readonly [Name in keyof Zh]: string };
}): Texts<keyof Zh & string> {
  return texts as Texts<keyof Zh & string>;
}

/** A text with its values filled in; "{count|day|days}" is "day" where the value of count is 1. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)(?:\|(.*?)\|(.*?))?\}/g, (_, name: string, one?: string, many?: string) =>
    String(one === undefined ? values[name] : values[name] === 1 ? one : many),
  );
}

const languageKey: InjectionKey<Ref<Language>> = Symbol("language");

/** Each element on a page may speak another language. */
export function provideLanguage(app: App): void {
  app.provide(languageKey, shallowRef<Language>("zh"));
}

/** The language of this element, to be read and changed. */
export function useLanguage(): Ref<Language> {
  const language = inject(languageKey);
  if (!language) {
    throw new Error("no language was provided");
  }
  return language;
}

/** The texts of a part of the panel in the language of this element. */
export function useTexts<Name extends string>(
  texts: Texts<Name>,
): { t: (name: Name, values?: Values) => string; language: ComputedRef<Language> } {
  const language = useLanguage();
  return {
    t: (name, values) => fill(texts[language.value][name], values),
    language: computed(() => language.value),
  };
}
