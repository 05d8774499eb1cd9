import { onTestFinished } from "vitest";

/** What a browser tells a page, for tests in Node: visibility, network and the page's end. */
export class Page {
  readonly #document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  readonly #window = new EventTarget();
  readonly #navigator: { onLine: boolean; locks?: unknown } = { onLine: true };

  /** Puts a page around the test until it has ended. */
  static open(): Page {
    const page = new Page();
    page.#put("document", page.#document);
    page.#put("navigator", page.#navigator);
    page.#put("addEventListener", page.#window.addEventListener.bind(page.#window));
    page.#put("removeEventListener", page.#window.removeEventListener.bind(page.#window));
    return page;
  }

  hide(): void {
    this.#document.visibilityState = "hidden";
    this.#document.dispatchEvent(new Event("visibilitychange"));
  }

  show(): void {
    this.#document.visibilityState = "visible";
    this.#document.dispatchEvent(new Event("visibilitychange"));
  }

  goOffline(): void {
    this.#navigator.onLine = false;
    this.#window.dispatchEvent(new Event("offline"));
  }

  goOnline(): void {
    this.#navigator.onLine = true;
    this.#window.dispatchEvent(new Event("online"));
  }

  close(): void {
    this.#window.dispatchEvent(new Event("pagehide"));
  }

  /** Brings the page back as it was when it was closed. */
  reopen(): void {
    this.#window.dispatchEvent(new Event("pageshow"));
  }

  /** Gives the page Web Locks. */
  lend(locks: unknown): void {
    this.#navigator.locks = locks;
  }

  #put(name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    onTestFinished(() => {
      if (before) {
        Object.defineProperty(globalThis, name, before);
      } else {
        Reflect.deleteProperty(globalThis, name);
      }
    });
  }
}
