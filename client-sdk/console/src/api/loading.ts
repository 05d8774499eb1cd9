import { FlywheelError } from "@flywheel/client";
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";

/** Something that is read from the service. */
export interface Loaded<T> {
  readonly data: ShallowRef<T | undefined>;
  readonly error: ShallowRef<FlywheelError | undefined>;
  readonly loading: Ref<boolean>;
  reload(): Promise<void>;
}

/** When something is read again. */
export interface Triggers {
  /** What it belongs to: when that changes, what was read before goes. */
  key?: () => unknown;
  /** What may have changed it: what was read before stays until the new answer is there. */
  refresh?: () => unknown;
}

/** Reads at once and again when it is due; an answer that was overtaken is dropped. */
export function useLoaded<T>(read: (signal: AbortSignal) => Promise<T>, triggers: Triggers = {}): Loaded<T> {
  const data = shallowRef<T>();
  const error = shallowRef<FlywheelError>();
  const loading = ref(false);
  let asked = new AbortController();

  async function reload(): Promise<void> {
    asked.abort();
    const mine = (asked = new AbortController());
    loading.value = true;
    error.value = undefined;
    try {
      const answer = await read(mine.signal);
      if (!mine.signal.aborted) data.value = answer;
    } catch (caught) {
      if (!mine.signal.aborted) error.value = FlywheelError.from(caught);
    } finally {
      if (!mine.signal.aborted) loading.value = false;
    }
  }

  if (triggers.key)
    watch(triggers.key, () => {
      data.value = undefined;
      void reload();
    });
  if (triggers.refresh) watch(triggers.refresh, () => void reload());
  void reload();
  onScopeDispose(() => {
    asked.abort();
  });
  return { data, error, loading, reload };
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  nextPageToken: string;
}

/** A list that grows page by page. */
export function usePaged<T>(
  read: (pageToken: string, signal: AbortSignal) => Promise<Page<T>>,
  triggers: Triggers = {},
) {
  const items = shallowRef<T[]>([]);
  const next = ref("");
  const pages = ref(0);
  const more = ref(false);
  const moreError = shallowRef<FlywheelError>();
  const first = useLoaded(
    async (signal) => {
      const page = await read("", signal);
      items.value = page.items;
      next.value = page.nextPageToken;
      moreError.value = undefined;
      pages.value = 1;
      return page;
    },
    triggers.key && { key: triggers.key },
  );

  // Who has paged on is not thrown back to the beginning.
  if (triggers.refresh)
    watch(triggers.refresh, () => {
      if (pages.value === 1) void first.reload();
    });

  async function loadMore(): Promise<void> {
    const from = first.data.value;
    more.value = true;
    moreError.value = undefined;
    try {
      const page = await read(next.value, new AbortController().signal);
      if (first.data.value !== from) return; // the list began anew meanwhile
      items.value = [...items.value, ...page.items];
      next.value = page.nextPageToken;
      pages.value++;
    } catch (caught) {
      moreError.value = FlywheelError.from(caught);
    } finally {
      more.value = false;
    }
  }

  return { ...first, items, hasMore: next, loadingMore: more, moreError, loadMore };
}
