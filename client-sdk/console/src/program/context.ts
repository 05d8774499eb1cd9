import { inject, provide, type ComputedRef, type InjectionKey } from "vue";
import type { Fields, Path, Value } from "./document.js";

export interface Mistake {
  /** "tasks[3].tiers[1].threshold"; "" for the whole document. */
  path: string;
  message: string;
  /** From 1. */
  line: number;
}

/** What the form's controls share. */
export interface FormContext {
  readonly fields: ComputedRef<Fields>;
  /** Nothing may be changed: a host's, or the document can't be read. */
  readonly locked: ComputedRef<boolean>;
  readonly mistakes: ComputedRef<readonly Mistake[]>;
  set(path: Path, value: Value): void;
  insert(path: Path, index: number, value: Value): void;
  move(path: Path, from: number, to: number): void;
}

const KEY: InjectionKey<FormContext> = Symbol("program form");

export function provideForm(context: FormContext): void {
  provide(KEY, context);
}

export function useForm(): FormContext {
  const context = inject(KEY);
  if (!context) throw new Error("a control of the program's form stands outside of it");
  return context;
}
