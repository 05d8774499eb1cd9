import { computed, type ComputedRef } from "vue";
import type { View } from "../core/feature.js";
import { useRoom } from "../core/inject.js";

/** What the features that are loaded show at a place, in order. */
export function useViews(at: View["at"]): ComputedRef<readonly View[]> {
  const room = useRoom();
  return computed(() =>
    room.features
      .present()
      .flatMap(({ views }) => views.filter((view) => view.at === at))
      .sort((one, other) => one.order - other.order),
  );
}
