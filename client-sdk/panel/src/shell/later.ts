import { shallowRef, watch, type Component, type ShallowRef } from "vue";
import { whyNotLoaded } from "../core/features.js";
import { useHold } from "../core/settling.js";

export type Loader = () => Promise<{ readonly default: Component }>;

/** A component that is loaded when it is needed. */
export interface Later {
  readonly component: ShallowRef<Component | undefined>;
  /** Why it is not there. */
  readonly trouble: ShallowRef<"offline" | "outdated" | undefined>;
  /** Tries again. */
  readonly load: () => Promise<void>;
}

/** The component of a loader, which may change; undefined: there is none yet. */
export function useLater(loader: () => Loader | undefined): Later {
  const component = shallowRef<Component>();
  const trouble = shallowRef<"offline" | "outdated">();
  const hold = useHold();

  async function load(): Promise<void> {
    const loading = loader();
    component.value = undefined;
    trouble.value = undefined;
    if (!loading) return;
    try {
      const loaded = await loading();
      if (loading === loader()) component.value = loaded.default;
    } catch {
      if (loading === loader()) trouble.value = await whyNotLoaded();
    }
  }

  watch(
    loader,
    () => {
      hold(load());
    },
    { immediate: true },
  );
  return { component, trouble, load };
}
