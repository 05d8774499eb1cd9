/** A few words in the languages that the console speaks. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** Texts of another language than the first: the same keys, other words. */
export type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : Same<T[K]> };

/** What something says, by language. */
export interface Texts {
  readonly zh: object;
  readonly en: object;
}

/** What something says, in Chinese and English. A text that English lacks fails the build. */
export function texts<const T extends object>(zh: T, en: Same<T>): { readonly zh: T; readonly en: Same<T> } {
  return { zh, en };
}
