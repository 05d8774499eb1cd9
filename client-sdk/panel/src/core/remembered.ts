/** What a viewer did that the panel remembers on this device, such as following a host. */
export class Remembered {
  readonly #key: string;

  /** `owner` says whose it is. */
  constructor(what: string, owner: readonly string[]) {
    this.#key = `flywheel.${what}/${owner.map(encodeURIComponent).join("/")}`;
  }

  get isSet(): boolean {
    try {
      return localStorage.getItem(this.#key) !== null;
    } catch {
      return false; // The browser keeps nothing.
    }
  }

  set(): void {
    try {
      localStorage.setItem(this.#key, "");
    } catch {
      // It is forgotten with the page.
    }
  }
}
