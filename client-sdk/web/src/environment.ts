/**
 * What a page tells about itself. In Node, and in workers without a document, a page is always seen, and the network is
 * taken to be there until calls fail.
 */

/** Whether the page is hidden from its viewer. */
export function isHidden(): boolean {
  return typeof document !== "undefined" && document.visibilityState === "hidden";
}

/** Whether the browser knows that there is no network. */
export function isOffline(): boolean {
  return typeof navigator !== "undefined" && navigator.onLine === false;
}

type PageEvent = "visibilitychange" | "online" | "offline" | "pagehide" | "pageshow";

/** Listens to events of the page; the answer ends that. */
export function onPage(handlers: Partial<Record<PageEvent, (event: Event) => void>>): () => void {
  const ends: (() => void)[] = [];
  for (const [type, handler] of Object.entries(handlers)) {
    const target: EventTarget | undefined = type === "visibilitychange" ? globalThis.document : globalThis;
    if (typeof target?.addEventListener === "function") {
      target.addEventListener(type, handler);
      ends.push(() => {
        target.removeEventListener(type, handler);
      });
    }
  }
  return () => {
    ends.forEach((end) => {
      end();
    });
  };
}

/** Calls back into the app; what it throws is the app's own uncaught error and disturbs nothing here. */
export function notify(callback: () => void): void {
  queueMicrotask(callback);
}
