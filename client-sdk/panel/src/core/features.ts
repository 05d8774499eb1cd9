import type { Fact } from "@flywheel/client";
import { shallowRef, type ShallowRef } from "vue";
import type { Feature, Manifest, ProgramParts, Slice, Tab } from "./feature.js";
import { manifests as everyManifest } from "./registry.js";

/** A feature that could not be loaded: there is no connection, or the page is older than the service. */
export type LoadState = "loading" | "loaded" | "offline" | "outdated";

/** Loads features when they are needed, and holds their states. */
export class Features {
  readonly #manifests: readonly Manifest[];
  /** Those of the program in force. */
  readonly enabled: ShallowRef<readonly Manifest[]> = shallowRef([]);
  readonly loaded: ShallowRef<ReadonlyMap<string, Feature>> = shallowRef(new Map());
  readonly loads: ShallowRef<ReadonlyMap<string, LoadState>> = shallowRef(new Map());
  readonly #states = new Map<string, ShallowRef<unknown>>();
  readonly #loading = new Map<string, Promise<Feature | undefined>>();

  constructor(manifests: readonly Manifest[] = everyManifest) {
    this.#manifests = manifests;
    // Fetched while the viewer enters the room; what becomes of it is told when it is needed.
    for (const manifest of manifests) if (manifest.early) manifest.load().catch(() => undefined);
  }

  enable(program: ProgramParts): void {
    this.enabled.value = this.#manifests.filter((manifest) => manifest.enabled(program));
  }

  /** Those that are enabled and stand in a tab. */
  in(tab: Tab): readonly Manifest[] {
    return this.enabled.value.filter((manifest) => manifest.tabs.includes(tab));
  }

  /** The feature that has a sheet. */
  withSheet(name: string): Manifest | undefined {
    return this.enabled.value.find((manifest) => manifest.sheets?.includes(name));
  }

  /** Those that are enabled, not loaded yet, and concerned by some facts. */
  wokenBy(facts: readonly Fact[]): readonly Manifest[] {
    const cases = new Set(facts.map(({ what }) => what.case));
    return this.enabled.value.filter(
      ({ id, wakes }) => !this.loaded.value.has(id) && wakes?.some((each) => cases.has(each)),
    );
  }

  /** The features that are enabled and loaded. */
  present(): readonly Feature[] {
    return this.enabled.value.flatMap(({ id }) => this.loaded.value.get(id) ?? []);
  }

  state<S>(slice: Slice<S>): ShallowRef<S> {
    const known = this.#states.get(slice.id) ?? shallowRef(slice.initial);
    this.#states.set(slice.id, known);
    return known as ShallowRef<S>;
  }

  /** Loads a feature; undefined: that failed, and `loads` says how. */
  load(manifest: Manifest): Promise<Feature | undefined> {
    const loading = this.#loading.get(manifest.id) ?? this.#load(manifest);
    this.#loading.set(manifest.id, loading);
    return loading;
  }

  async #load(manifest: Manifest): Promise<Feature | undefined> {
    const { id } = manifest;
    this.#tell(id, "loading");
    try {
      const { default: feature } = await manifest.load();
      this.loaded.value = new Map([...this.loaded.value, [id, feature]]);
      this.#tell(id, "loaded");
      return feature;
    } catch {
      this.#loading.delete(id);
      this.#tell(id, await whyNotLoaded());
      return undefined;
    }
  }

  #tell(id: string, state: LoadState): void {
    this.loads.value = new Map([...this.loads.value, [id, state]]);
  }
}

/** Why a script could not be loaded: where the place that it comes from answers, a new release has replaced it. */
export async function whyNotLoaded(): Promise<"offline" | "outdated"> {
  try {
    await fetch(import.meta.url, { method: "HEAD", cache: "no-store" });
    return "outdated";
  } catch {
    return "offline";
  }
}
