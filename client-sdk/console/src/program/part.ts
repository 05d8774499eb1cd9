import type { Component } from "vue";
import type { Texts } from "../core/texts.js";
import type { Fields, Value } from "./document.js";
import type { Phrases } from "./mistakeText.js";

/**
 * `form.ts` of a feature's folder: its part of the program's form. All of it is optional: what no part speaks of is shown
 * by the contract's descriptor alone. Fields are named as in the contract, with their message: "Task.custom".
 */
export interface FormPart {
  /** What the form says of the feature's fields; see {@link FormWords}. */
  readonly words?: Texts & { readonly zh: FormWords; readonly en: FormWords };
  /** The fields of Program that the feature owns. */
  readonly sections?: readonly Section[];
  /** How the fields of a message are grouped, by the message's name. Fields in no group come last. */
  readonly groups?: Readonly<Record<string, readonly Group[]>>;
  /** Whether a field means anything beside the others of its message. One that is set is always shown. */
  readonly relevant?: Readonly<Record<string, (values: Fields) => boolean>>;
  /** Whether a choice is possible beside the other values of its message. */
  readonly possible?: Readonly<Record<string, (choice: string, values: Fields) => boolean>>;
  /** Fields that have no default to choose. */
  readonly required?: readonly string[];
  /** Messages that are always there, so that they need no switch. */
  readonly always?: readonly string[];
  /** Fields with a condition in CEL. */
  readonly conditions?: readonly string[];
  /** Fields that name other items of the program by their ids: the list of Program that those are in. */
  readonly references?: Readonly<Record<string, string>>;
  /** Fields of numbers where a duration may be written, given the program and the item of a list that they are in. */
  readonly durations?: Readonly<Record<string, (item: Fields) => boolean>>;
  /** What a message begins with when it is switched on: the least that makes sense, for people to change. */
  readonly beginnings?: Readonly<Record<string, () => Value>>;
  /** The next item of a list of messages, by the message's name. */
  readonly items?: Readonly<Record<string, (before: readonly Fields[]) => Fields>>;
  /** What a kind of reward begins with. */
  readonly rewards?: Readonly<Record<string, () => Value>>;
  /** A kind of reward in words, where its amount, title or id and unit don't make them. */
  readonly rewardTexts?: Readonly<Record<string, (reward: Value, say: FormSay) => string>>;
  /** An item of a list of Program in a line, by the list's name. */
  readonly sentences?: Readonly<Record<string, (item: Fields, say: FormSay) => string>>;
  /** A program in a word or two, for the templates. */
  readonly summary?: (program: Fields, say: FormSay) => string;
  /**
   * What a review says of a change before it is applied; given `ReviewProps`. It shows nothing where the change does not
   * concern it.
   */
  readonly review?: () => Promise<{ default: Component }>;
  /** What stands below the form of an item of a list of Program, by the message's name; given `BesideProps`. */
  readonly beside?: Readonly<Record<string, () => Promise<{ default: Component }>>>;
  /** The service's words for the feature's mistakes, and Chinese ones. */
  readonly mistakes?: Phrases;
}

/** What a component of a review is given. */
export interface ReviewProps {
  /** The document in force; empty: there is none. */
  readonly before: string;
  /** The document that is about to be applied. */
  readonly after: string;
}

/** What a component below the form of an item is given. */
export interface BesideProps {
  /** The item, as it is written. */
  readonly item: Fields;
}

/** Fields of Program that are shown together. A list is shown as such, with an item opened on its own. */
export interface Section {
  readonly order: number;
  readonly fields: readonly string[];
  /** Names the heading in `words.section`; left out: the label of the first field. */
  readonly heading?: string;
}

/** Fields that are edited together, under a heading of their own. */
export interface Group {
  /** Names the heading in `words.group`, below the message's name; empty: none. */
  readonly key: string;
  readonly fields: readonly string[];
  /** Whether most programs leave them alone, so that they begin folded. */
  readonly rare?: boolean;
}

/** What a part says; by names of messages, fields, enums, values and kinds of reward. */
export interface FormWords {
  readonly section?: Readonly<Record<string, string>>;
  readonly group?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly field?: Readonly<Record<string, Readonly<Record<string, FieldWords>>>>;
  readonly choice?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The unit of a kind of reward, singular and plural: "point | points". */
  readonly unit?: Readonly<Record<string, string>>;
  /** The button that adds an item of a message. */
  readonly add?: Readonly<Record<string, string>>;
  readonly summary?: Readonly<Record<string, string>>;
  /** What a review says of a change, below the feature's name. */
  readonly effect?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface FieldWords {
  readonly label: string;
  readonly help?: string;
  readonly example?: string;
  /** Of a reference: the choice of none. */
  readonly any?: string;
  /** Of a list of words or references: what to do. */
  readonly hint?: string;
  /** Of references: there is nothing to choose from. */
  readonly none?: string;
}

/** What a part needs to make sentences in the language spoken. */
export interface FormSay {
  readonly language: "zh" | "en";
  /** The ISO 4217 code that the program names; empty: the default. */
  readonly currency: string;
  /** vue-i18n's `t` for a number of things. */
  readonly t: (key: string, plural: number) => string;
}

/** A feature's part of the form, checked by the compiler. */
export function formPart(part: FormPart): FormPart {
  return part;
}
