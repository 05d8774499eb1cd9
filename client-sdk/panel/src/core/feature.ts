import type { Cause, Fact, Viewer, Flywheel } from "@flywheel/client";
import type { Language } from "@flywheel/look";
import type { Component } from "vue";
import type { Celebration, Moment } from "./rewards.js";
import type { Stay } from "./stay.js";
import type { Texts } from "./texts.js";

/** The parts that the merchant's program has, by the names of Program's fields, such as "check_in". */
export type ProgramParts = ReadonlySet<string>;

/** The tabs that there may be, in this order. One is shown if a feature that is enabled stands in it. */
export const tabs = ["today", "tasks", "mall", "ranks", "me"] as const;
export type Tab = (typeof tabs)[number];

/** A name of a field of Fact's oneof, such as "taskProgressed". */
export type FactCase = Exclude<Fact["what"]["case"], undefined>;

/** What the panel knows of a feature before it is loaded. It is part of the first view's script, so it stays small. */
export interface Manifest {
  /** The folder's name. */
  readonly id: string;
  /** Whether the program has it. */
  enabled(program: ProgramParts): boolean;
  /** Where it stands. Today is loaded at once, any other tab when it is opened. */
  readonly tabs: readonly Tab[];
  /** The first words of the addresses of its sheets: "task" for "tasks/task/daily-likes". */
  readonly sheets?: readonly string[];
  /** The facts that load it, wherever the viewer is. */
  readonly wakes?: readonly FactCase[];
  /** Whether its script is fetched while the viewer is still entering the room. */
  readonly early?: boolean;
  load(): Promise<{ readonly default: Feature }>;
}

/** A feature once it is loaded. */
export interface Feature {
  readonly slice: Slice<unknown>;
  /** What it shows where; the lower order comes first. */
  readonly views: readonly View[];
  /**
   * Its sheets by the first word of their address, each loaded when it is opened. The rest of the address comes as the
   * property `path`.
   */
  readonly sheets?: Readonly<Record<string, () => Promise<{ readonly default: Component }>>>;
  /** Words for ErrorReasons that its calls fail with. */
  readonly errors?: Texts;
  /** What a fact gives to celebrate. The same key is celebrated once. */
  moment?(fact: Fact): Celebration;
  /** What comes next after a reward, in a sentence. */
  onward?(moment: Moment, state: unknown, language: Language, currency: string): string | undefined;
  /** How the viewer knows the thing that something was given for, such as a task's title. */
  titleOf?(cause: CauseCase, id: string, state: unknown, language: Language): string | undefined;
}

export type CauseCase = Exclude<Cause["what"]["case"], undefined>;

export interface View {
  /** A tab, or an end of the bar at the head. */
  readonly at: Tab | "headerStart" | "headerEnd";
  readonly order: number;
  /** What is shown; with `load` instead, it is loaded when the tab is opened. */
  readonly component?: Component;
  readonly load?: () => Promise<{ readonly default: Component }>;
  /** In wide panels Today has a column at the side. */
  readonly aside?: boolean;
}

/**
 * A feature's state of the viewer, and how it is kept true: facts move it, and what they only hint at is read again. States
 * are never changed in place.
 */
export interface Slice<S> {
  /** The feature's id. */
  readonly id: string;
  readonly initial: S;
  /** The state after a fact, which may come twice and in any order. */
  reduce?(state: S, fact: Fact): S;
  /** The state after the standing that a watch begins with. */
  snapshot?(state: S, viewer: Viewer): S;
  /** Whether these facts tell that it changed and not how it stands now, so that it has to be read again. */
  isStale?(state: S, facts: readonly Fact[]): boolean;
  /** Reads it. Answers how the state changes. */
  read?(source: Source, state: S): Promise<Change<S>>;
  /** When days and windows end, after which it is read again. */
  endsAtMillis?(state: S): readonly number[];
  /**
   * Whether others move it, so that it is read every few seconds.
   *
   * @param isLive whether the watch tells what happens
   */
  isShared?(state: S, isLive: boolean): boolean;
  /** When watching on brings a reward, by this device's clock. */
  rewardAtMillis?(state: S, stay: Stay): number | undefined;
}

/** How a state changes. A method's type, for a slice of any state is to be a Slice<unknown>. */
export type Change<S> = { apply(state: S): S }["apply"];

/** What features read from. */
export interface Source {
  readonly flywheel: Flywheel;
  readonly roomId: string;
}
