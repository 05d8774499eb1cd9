import { computed, ref, shallowRef, type ComputedRef, type Ref } from "vue";

export interface Pages<T> {
  readonly items: Ref<readonly T[]>;
  readonly error: Ref<unknown>;
  readonly hasMore: ComputedRef<boolean>;
  readonly isEmpty: ComputedRef<boolean>;
  /** Reads the first page, unless it was read. */
  start: () => Promise<void>;
  /** Reads the next page, or the same one again if it failed. */
  more: () => Promise<void>;
  /** Reads the first page anew, in the place of all that was read. */
  again: () => Promise<void>;
}

/** A list that is read page by page. */
export function usePages<T>(read: (token: string) => Promise<{ items: T[]; next: string }>): Pages<T> {
  const items = shallowRef<readonly T[]>([]);
  const error = shallowRef<unknown>();
  const next = ref<string | undefined>("");
  let reading = false;
  /** Which list is read: what comes of an earlier one is dropped. */
  let list = 0;

  async function more(): Promise<void> {
    if (reading || next.value === undefined) {
      return;
    }
    reading = true;
    error.value = undefined;
    const asked = list;
    try {
      const page = await read(next.value);
      if (asked !== list) return;
      items.value = [...items.value, ...page.items];
      next.value = page.next || undefined;
    } catch (caught) {
      if (asked === list) error.value = caught;
    } finally {
      if (asked === list) reading = false;
    }
  }

  return {
    items,
    error,
    hasMore: computed(() => (next.value !== undefined && next.value !== "") || error.value !== undefined),
    isEmpty: computed(() => next.value === undefined && items.value.length === 0),
    start: async () => {
      if (next.value === "") await more();
    },
    more,
    again: async () => {
      list++;
      reading = false;
      items.value = [];
      next.value = "";
      await more();
    },
  };
}
