import { inject, nextTick, provide, shallowRef, type InjectionKey, type ShallowRef } from "vue";
import { pause } from "./waits.js";

/** What takes longer is shown as far as it has come. */
const patienceMillis = 3_000;

type Hold = (loading: Promise<unknown>) => void;

const holdKey: InjectionKey<Hold> = Symbol("hold");

/**
 * A place whose parts load one by one is shown when all have come: else the later ones would push away what the viewer is
 * reading, or about to tap.
 *
 * @param begin what the place waits for before it knows its parts
 */
export function provideSettling(begin: Promise<unknown>): Readonly<ShallowRef<boolean>> {
  const isSettled = shallowRef(false);
  const held = new Set<Promise<unknown>>([begin]);
  provide(holdKey, (loading) => held.add(loading));

  async function settle(): Promise<void> {
    for (const loading of held) {
      await Promise.allSettled([loading]);
      // What has come may have parts of its own.
      await nextTick();
    }
  }

  void Promise.race([settle(), pause(patienceMillis)]).then(() => {
    isSettled.value = true;
  });
  return isSettled;
}

/** Lets the place where a part stands wait for it. */
export function useHold(): Hold {
  return inject(holdKey, () => undefined, false);
}
