import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, describe, expect, it } from "vitest";
import { effectScope, nextTick, ref, type EffectScope } from "vue";
import { useLoaded, usePaged } from "../src/api/loading.js";

let scope: EffectScope;
afterEach(() => scope.stop());

/** Runs as in a component's setup. */
function inScope<T>(setup: () => T): T {
  scope = effectScope();
  return scope.run(setup) as T;
}

/** A service whose answers are given by hand, in any order. */
function service<T>() {
  const asked: { resolve: (answer: T) => void; reject: (why: unknown) => void; signal: AbortSignal }[] = [];
  const read = (signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => asked.push({ resolve, reject, signal }));
  return { asked, read };
}

const settled = () => new Promise((done) => setTimeout(done));
const unreachable = new ConnectError("no network", Code.Unavailable);

describe("what is read", () => {
  it("is of what was asked for last, whatever answers come later", async () => {
    const { asked, read } = service<string>();
    const key = ref("a");
    const loaded = inScope(() => useLoaded(read, { key: () => key.value }));
    key.value = "b";
    await nextTick();
    asked[1]?.resolve("of b");
    asked[0]?.resolve("of a");
    await settled();
    expect(loaded.data.value).toBe("of b");
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it("is asked for no more once nobody is there to see it", () => {
    const { asked, read } = service<string>();
    inScope(() => useLoaded(read));
    scope.stop();
    expect(asked[0]?.signal.aborted).toBe(true);
    dispatchEvent(new Event("online"));
    expect(asked).toHaveLength(1);
  });

  it("is read again once the network is back, and an error is told until then", async () => {
    const { asked, read } = service<string>();
    const loaded = inScope(() => useLoaded(read));
    asked[0]?.reject(unreachable);
    await settled();
    expect(loaded.error.value?.reason).toBe("NO_CONNECTION");
    void loaded.reload(true);
    expect(loaded.error.value?.reason).toBe("NO_CONNECTION");
    asked[1]?.reject(unreachable);
    await settled();
    dispatchEvent(new Event("online"));
    asked[2]?.resolve("there");
    await settled();
    expect(loaded.error.value).toBeUndefined();
    expect(loaded.data.value).toBe("there");
  });
});

describe("a list that grows", () => {
  const page = (items: string[], nextPageToken: string) => ({ items, nextPageToken });

  it("is not read anew under the hands of whoever pages on", async () => {
    const { asked, read } = service<ReturnType<typeof page>>();
    const changes = ref(0);
    const list = inScope(() => usePaged((_, signal) => read(signal), { refresh: () => changes.value }));
    asked[0]?.resolve(page(["a"], "2"));
    await settled();
    void list.loadMore();
    changes.value++;
    await nextTick();
    asked[1]?.resolve(page(["b"], ""));
    await settled();
    changes.value++;
    await nextTick();
    expect(list.items.value).toEqual(["a", "b"]);
    expect(asked).toHaveLength(2);
  });

  it("says nothing of what went wrong with the list before", async () => {
    const { asked, read } = service<ReturnType<typeof page>>();
    const key = ref("a");
    const list = inScope(() => usePaged((_, signal) => read(signal), { key: () => key.value }));
    asked[0]?.resolve(page(["a"], "2"));
    await settled();
    void list.loadMore();
    key.value = "b";
    await nextTick();
    asked[1]?.reject(unreachable);
    await settled();
    expect(list.moreError.value).toBeUndefined();
    asked[2]?.resolve(page(["b"], ""));
    await settled();
    expect(list.items.value).toEqual(["b"]);
  });

  it("tells why it does not grow, and grows when it is tried again", async () => {
    const { asked, read } = service<ReturnType<typeof page>>();
    const list = inScope(() => usePaged((_, signal) => read(signal)));
    asked[0]?.resolve(page(["a"], "2"));
    await settled();
    void list.loadMore();
    asked[1]?.reject(unreachable);
    await settled();
    expect(list.moreError.value?.reason).toBe("NO_CONNECTION");
    void list.loadMore();
    asked[2]?.resolve(page(["b"], ""));
    await settled();
    expect(list.moreError.value).toBeUndefined();
    expect(list.items.value).toEqual(["a", "b"]);
  });
});
