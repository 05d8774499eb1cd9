import type { Language } from "@flywheel/look";
import { computed, inject, shallowRef, type App, type ComputedRef, type InjectionKey } from "vue";
import { en } from "./locales/en.js";
import { zh, type Messages } from "./locales/zh.js";

/** A message's name, such as "checkIn.done". */
export type MessageKey = {
  [Group in keyof Messages & string]: `${Group}.${keyof Messages[Group] & string}`;
}[keyof Messages & string];

/** The texts of the panel in the language that is chosen. */
export interface Texts {
  /** A text, with a value for each name in braces; "{count|day|days}" is "day" where the value of count is 1. */
  readonly t: (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;
  readonly language: ComputedRef<Language>;
  readonly choose: (language: Language) => void;
  readonly has: (key: string) => key is MessageKey;
}

const texts: Record<Language, ReadonlyMap<string, string>> = { zh: flat(zh), en: flat(en) };
const textsKey: InjectionKey<Texts> = Symbol("texts");

/** Texts of an element's own, for each element on a page may speak another language. */
export function createTexts(): Texts {
  const language = shallowRef<Language>("zh");
  return {
    t: (key, values = {}) =>
      (texts[language.value].get(key) ?? key).replace(
        /\{(\w+)(?:\|(.*?)\|(.*?))?\}/g,
        (_, name: string, one?: string, many?: string) =>
          String(one === undefined ? values[name] : values[name] === 1 ? one : many),
      ),
    language: computed(() => language.value),
    choose: (chosen) => {
      language.value = chosen;
    },
    has: (key): key is MessageKey => texts.zh.has(key),
  };
}

export function provideTexts(app: App): void {
  app.provide(textsKey, createTexts());
}

export function useTexts(): Texts {
  const found = inject(textsKey);
  if (!found) {
    throw new Error("no texts were provided");
  }
  return found;
}

function flat(messages: Messages): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([group, named]) =>
      Object.entries(named).map(([name, text]): [string, string] => [`${group}.${name}`, text]),
    ),
  );
}
