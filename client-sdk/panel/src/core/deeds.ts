import { shallowRef, type ShallowRef } from "vue";

/** What a viewer can be led to do. */
export const deeds = ["like", "comment", "share", "follow", "order", "click", "lead", "joinGroup"] as const;
export type Deed = (typeof deeds)[number];

/**
 * Ways to do what tasks ask for: the bar of actions knows some, the app around the panel may know others. A feature offers
 * a button only for what can be done.
 */
export class Deeds {
  readonly ways: ShallowRef<ReadonlyMap<Deed, () => void>> = shallowRef(new Map());

  /** Offers ways to do something, until the answer is called. */
  offer(ways: Readonly<Partial<Record<Deed, () => void>>>): () => void {
    const offered = Object.entries(ways) as [Deed, () => void][];
    this.ways.value = new Map([...this.ways.value, ...offered]);
    return () => {
      this.ways.value = new Map(
        [...this.ways.value].filter((way) => !offered.some(([, go]) => go === way[1])),
      );
    };
  }
}
