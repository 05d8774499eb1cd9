import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ProgramSchema } from "@flywheel/client";
import { defineAsyncComponent, type Component } from "vue";
import { addTexts } from "../i18n/index.js";
import { programEn } from "./words.en.js";
import { programZh } from "./words.zh.js";
import type { Fields, Value } from "./document.js";
import type { Phrases } from "./mistakeText.js";
import type { FormPart, FormSay, Group, Section } from "./part.js";
import { messageOf } from "./schema.js";

const files = import.meta.glob<{ default: FormPart }>("../features/*/form.ts");

/** The parts of the features that are there; none before they are loaded. */
let parts: readonly FormPart[] = [];
let loading: Promise<void> | undefined;

/** Loads what the features know of the program's form. A load that failed is tried again the next time. */
export function loadParts(): Promise<void> {
  loading ??= Promise.all(Object.values(files).map((read) => read())).then(
    (modules) => {
      use(modules.map((module) => module.default));
    },
    (failed: unknown) => {
      loading = undefined;
      throw failed;
    },
  );
  return loading;
}

function use(loaded: readonly FormPart[]): void {
  parts = loaded;
  addTexts({ zh: { program: programZh }, en: { program: programEn } });
  for (const { words } of loaded)
    if (words) addTexts({ zh: { program: words.zh }, en: { program: words.en } });
}

/** "Task.custom" */
export function nameOf(field: DescField): string {
  return `${field.parent.name}.${field.name}`;
}

/** The sections of the form in order; what no feature speaks of comes last, each field by itself. */
export function sections(): Section[] {
  const known = parts.flatMap((part) => part.sections ?? []).sort((a, b) => a.order - b.order);
  const named = new Set(known.flatMap((section) => section.fields));
  const rest = ProgramSchema.fields.filter((field) => !named.has(field.name));
  return [...known, ...rest.map((field) => ({ order: Infinity, fields: [field.name] }))];
}

/** What features say of a change before it is applied. */
export function reviews(): Component[] {
  return parts.flatMap(({ review }) => (review ? [defineAsyncComponent(review)] : []));
}

/** What stands below the form of an item of a list; undefined: nothing does. */
export function besideOf(message: DescMessage): Component | undefined {
  const load = first("beside", message.name);
  return load && defineAsyncComponent(load);
}

/** What the form shows of a message, in order. */
export function groupsOf(message: DescMessage): readonly Group[] {
  const known = parts.flatMap((part) => part.groups?.[message.name] ?? []);
  const named = new Set(known.flatMap((group) => group.fields));
  const rest = message.fields.map((field) => field.name).filter((name) => !named.has(name));
  return rest.length > 0 ? [...known, { key: "", fields: rest }] : known;
}

/** Whether a field says its own name: the first of a group stands right under the group's heading. */
export function isNamed(field: DescField): boolean {
  const group = groupsOf(field.parent).find(({ fields }) => fields.includes(field.name));
  return !group?.key || group.fields[0] !== field.name;
}

/** Whether a field means anything beside the others; one that is set is always shown. */
export function isRelevant(field: DescField, values: Fields): boolean {
  return values[field.name] !== undefined || (first("relevant", nameOf(field))?.(values) ?? true);
}

export function isPossible(field: DescField, choice: string, values: Fields): boolean {
  return first("possible", nameOf(field))?.(choice, values) ?? true;
}

export function isRequired(field: DescField): boolean {
  return parts.some((part) => part.required?.includes(nameOf(field)));
}

export function isAlways(field: DescField): boolean {
  return parts.some((part) => part.always?.includes(nameOf(field)));
}

export function isCondition(field: DescField): boolean {
  return parts.some((part) => part.conditions?.includes(nameOf(field)));
}

/** The list of Program whose items a field names; undefined: it names none. */
export function referenceOf(field: DescField): string | undefined {
  return first("references", nameOf(field));
}

export function mayBeDuration(field: DescField, item: Fields): boolean {
  return first("durations", nameOf(field))?.(item) ?? false;
}

/** What a section begins with when it is switched on. */
export function beginningOf(field: DescField): Value {
  return first("beginnings", nameOf(field))?.() ?? {};
}

/** The next item of a list. One that no feature speaks of has an id of its own, where it has ids. */
export function nextItem(field: DescField, before: readonly Fields[]): Value {
  const message = messageOf(field);
  if (!message) return undefined;
  const known = first("items", message.name);
  if (known) return known(before);
  if (message.name === "Reward") return rewardOf("points");
  return message.fields.some((inner) => inner.name === "id") ? { id: freeId(field.name, before) } : {};
}

/** An id such as "task-3" that no other item has. */
export function freeId(list: string, items: readonly Fields[]): string {
  const ids = new Set(items.map((item) => item["id"]));
  const stem = list.replace(/s$/, "").replaceAll("_", "-");
  let number = items.length + 1;
  while (ids.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

/** What a kind of reward begins with. */
export function rewardOf(kind: string): Fields {
  return { [kind]: first("rewards", kind)?.() ?? 1 };
}

export function rewardTextOf(kind: string): ((reward: Value, say: FormSay) => string) | undefined {
  return first("rewardTexts", kind);
}

/** An item of a list of Program in a line; empty: nobody knows how to tell it. */
export function sentenceOf(list: string, item: Fields, say: FormSay): string {
  return first("sentences", list)?.(item, say) ?? "";
}

/** A program in a few words. */
export function summaryOf(program: Fields, say: FormSay): string[] {
  return parts.flatMap((part) => part.summary?.(program, say) ?? []).filter((words) => words !== "");
}

export function mistakePhrases(): Phrases {
  return parts.flatMap((part) => part.mistakes ?? []);
}

type Tables =
  | "beside"
  | "relevant"
  | "possible"
  | "references"
  | "durations"
  | "beginnings"
  | "items"
  | "rewards"
  | "rewardTexts"
  | "sentences";
type Table<K extends Tables> = NonNullable<FormPart[K]>;

/** What the first part that speaks of something says of it. */
function first<K extends Tables>(table: K, name: string): Table<K>[string] | undefined {
  for (const part of parts) {
    const found = (part[table] as Table<K> | undefined)?.[name] as Table<K>[string] | undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
