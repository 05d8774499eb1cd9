import type { Program } from "@flywheel/client";
import type { RouteRecordRaw } from "vue-router";
import { addTexts } from "../i18n/index.js";
import { AREAS, type Area, type Manifest, type Page, type ViewerPart } from "./feature.js";
import { maySeePeople } from "../session/session.js";
import type { Texts } from "./texts.js";

// A feature is a folder. What is not there is not shown, and nothing else knows of it.
const manifests = import.meta.glob<{ default: Manifest }>("../features/*/manifest.ts", { eager: true });
const texts = import.meta.glob<{ default: Texts }>("../features/*/texts.ts");
const viewerParts = import.meta.glob<{ default: ViewerPart }>("../features/*/viewer.ts");

/** The name of the folder that a file of a feature is in. */
export function featureOf(file: string): string {
  return /features\/([^/]+)\//.exec(file)?.[1] ?? "";
}

const places = Object.entries(manifests)
  .map(([file, { default: manifest }]) => ({ feature: featureOf(file), ...manifest }))
  .sort((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area) || a.order - b.order);

/** The routes of all features; each has the feature's texts before it is shown. */
export const routes: RouteRecordRaw[] = places.flatMap(({ feature, routes: own }) =>
  own.map((route) => ({
    ...route,
    beforeEnter: [() => loadTexts([feature]), ...[route.beforeEnter ?? []].flat()],
  })),
);

/** Where the console begins: the first page of the navigation. */
export function home(): string | undefined {
  return places.find(isOpen)?.pages[0]?.route;
}

/** Whether whoever is signed in may see a feature's pages. */
function isOpen(place: Manifest): boolean {
  return maySeePeople.value || place.withoutPeople === true;
}

/** Whether what is shown depends on the program in force. */
export const dependsOnProgram = places.some((place) => place.enabled);

/** The navigation: areas that have pages, with those that the program in force has something for. */
export function navigation(program: Program | undefined): { area: Area; pages: readonly Page[] }[] {
  return AREAS.map((area) => ({
    area,
    pages: places
      .filter(
        (place) =>
          isOpen(place) &&
          place.area === area &&
          (!place.enabled || (program !== undefined && place.enabled(program))),
      )
      .flatMap((place) => place.pages),
  })).filter(({ pages }) => pages.length > 0);
}

/** The area that a page is in: that of the feature whose route leads to it. */
export function areaOf(names: readonly unknown[]): Area | undefined {
  return places.find((place) =>
    place.routes.some((route) => routeNames(route).some((name) => names.includes(name))),
  )?.area;
}

function routeNames(route: RouteRecordRaw): unknown[] {
  return [route.name, ...(route.children ?? []).flatMap(routeNames)].filter((name) => name !== undefined);
}

/** A feature's own reasons of errors are told wherever errors are. */
function problems(own: object): object {
  return "problem" in own ? { problem: own.problem } : {};
}

const loaded = new Map<string, Promise<void>>();

/** Loads what features say; a load that failed is tried again the next time. */
async function loadTexts(features: readonly string[]): Promise<void> {
  await Promise.all(
    features.map((feature) => {
      const read = texts[`../features/${feature}/texts.ts`];
      const before = loaded.get(feature);
      if (before || !read) return before;
      const now = read().then((module) => {
        const { zh, en } = module.default;
        addTexts({ zh: { [feature]: zh, ...problems(zh) }, en: { [feature]: en, ...problems(en) } });
      });
      now.catch(() => loaded.delete(feature));
      loaded.set(feature, now);
      return now;
    }),
  );
}

/** What the features tell of one viewer, with their texts. */
export async function loadViewerParts(): Promise<ViewerPart[]> {
  const files = Object.entries(viewerParts);
  const [parts] = await Promise.all([
    Promise.all(files.map(([, read]) => read())),
    loadTexts(files.map(([file]) => featureOf(file))),
  ]);
  return parts.map((part) => part.default);
}
