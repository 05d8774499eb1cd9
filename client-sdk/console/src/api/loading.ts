import { FlywheelError } from "@flywheel/client";
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";

/** Something that is read from the service. */
export interface Loaded<T> {
  readonly data: ShallowRef<T | undefined>;
  readonly error: ShallowRef<FlywheelError | undefined>;
  readonly loading: Ref<boolean>;
  /** Reads again. Quietly: an error of before is told until the answer is there. */
  reload(quietly?: boolean): Promise<void>;
}

/** When something is read again. */
export interface Triggers {
  /** What it belongs to: when that changes, what was read before goes. */
  key?: () => unknown;
  /** What may have changed it: what was read before stays until the new answer is there. */
  refresh?: () => unknown;
}

/**
 * Reads at once and again when it is due, also after an error once the network is back; an answer that was overtaken is
 * dropped.
 */
export function useLoaded<T>(read: (signal: AbortSignal) => Promise<T>, triggers: Triggers = {}): Loaded<T> {
  const data = shallowRef<T>();
  const error = shallowRef<FlywheelError>();
  const loading = ref(false);
  let asked = new AbortController();

  async function reload(quietly = false): Promise<void> {
    asked.abort();
    const mine = (asked = new AbortController());
    loading.value = true;
    if (!quietly) error.value = undefined;
    try {
      const answer = await read(mine.signal);
      if (mine.signal.aborted) return;
      data.value = answer;
      error.value = undefined;
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
  if (triggers.refresh) watch(triggers.refresh, () => void reload(true));
  void reload();
  const onLine = () => {
    if (error.value) void reload();
  };
  addEventListener("online", onLine);
  onScopeDispose(() => {
    removeEventListener("online", onLine);
    asked.abort();
  });
  return { data, error, loading, reload };
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  nextPageToken: string;
}

/** How a list grows. */
export interface Growing {
  /** The token of the next page; empty: there is none. */
  readonly hasMore: Ref<string>;
  readonly loadingMore: Ref<boolean>;
  readonly moreError: ShallowRef<FlywheelError | undefined>;
  loadMore(): Promise<void>;
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

  // Who pages on is not thrown back to the beginning.
  if (triggers.refresh)
    watch(triggers.refresh, () => {
      if (pages.value === 1 && !more.value) void first.reload(true);
    });

  async function loadMore(): Promise<void> {
    const from = first.data.value;
    if (!from) return; // another list is being read, which that token is not of
    more.value = true;
    moreError.value = undefined;
    try {
      const page = await read(next.value, new AbortController().signal);
      if (first.data.value !== from) return; // the list began anew meanwhile
      items.value = [...items.value, ...page.items];
      next.value = page.nextPageToken;
      pages.value++;
    } catch (caught) {
      if (first.data.value === from) moreError.value = FlywheelError.from(caught);
    } finally {
      more.value = false;
    }
  }

  return { ...first, items, hasMore: next, loadingMore: more, moreError, loadMore };
}
