import type { Program, Fact, Viewer } from "@flywheel/client";
import type { Component } from "vue";
import type { RouteRecordRaw } from "vue-router";
import type { Tasks } from "../api/tasks.js";
import type { Words } from "./texts.js";

/** The parts of the navigation, in its order. One that no feature has a page in is not shown. */
export const AREAS = ["live", "audience", "engage", "mall", "insight", "govern"] as const;
export type Area = (typeof AREAS)[number];

/** `manifest.ts` of a feature's folder: the places that it has in the console. It loads with the first view, so keep it small. */
export interface Manifest {
  readonly area: Area;
  /** Its place among the features of its area. */
  readonly order: number;
  /** The pages that the navigation leads to. */
  readonly pages: readonly Page[];
  /** All of its pages, with components that load when they are first needed. Their addresses are below /console/. */
  readonly routes: readonly RouteRecordRaw[];
  /** Whether its pages tell of no viewer, so that they are there for those who may not see people. */
  readonly withoutPeople?: true;
  /** Whether the program in force has something to show here; left out: always. */
  readonly enabled?: (program: Program) => boolean;
}

/** A page that the navigation leads to. */
export interface Page {
  /** The name of its route. */
  readonly route: string;
  readonly title: Words;
}

/** `viewer.ts` of a feature's folder: what it tells of one viewer. It loads with a viewer's page. */
export interface ViewerPart {
  /** Figures at the top. */
  readonly figures?: readonly ViewerFigure[];
  /** Entries of the list below the figures; each renders a `div` with `dt` and `dd`, and is given `ViewerProps`. */
  readonly details?: readonly Ordered[];
  /** What a merchant may do, below that; given `ViewerProps`, emits `changed`. Hosts don't see it. */
  readonly actions?: readonly Ordered[];
  /** Sections of their own, given `CardProps`. */
  readonly cards?: readonly ViewerCard[];
  /** What its facts say in a line. */
  readonly facts?: FactTexts;
}

export interface Ordered {
  readonly order: number;
  readonly component: Component;
}

export interface ViewerCard extends Ordered {
  readonly column: "wide" | "narrow";
  /** Whether it emits `settled` once its height is known; what is below it in its column waits for that. */
  readonly settles?: boolean;
}

export interface ViewerFigure {
  readonly order: number;
  /** The key of its text. */
  readonly label: string;
  readonly value: (viewer: Viewer) => string;
  /** What stands below it, small. */
  readonly note?: (viewer: Viewer, say: Say) => string;
}

/** What entries and actions of a viewer's page are given. */
export interface ViewerProps {
  viewer: Viewer;
  tasks: Tasks;
}

/** What the cards of a viewer's page are given. */
export interface CardProps {
  viewerId: string;
  /** Grows whenever what the card shows may have changed. */
  changes: number;
  tasks: Tasks;
}

/** vue-i18n's `t`, as far as texts of facts and figures need it. */
export type Say = (key: string, values?: Record<string, unknown>) => string;

type Case = Exclude<Fact["what"]["case"], undefined>;
type Of<C extends Case> = Extract<Fact["what"], { case: C }>["value"];

/** A line for each kind of fact that a feature sets off. */
export type FactTexts = { readonly [C in Case]?: (fact: Of<C>, say: Say, tasks: Tasks) => string };
