import { shallowRef, type ShallowRef } from "vue";
import { tabs, type Tab } from "./feature.js";

/** Where the viewer is in the panel: a tab, and perhaps a sheet over it. */
export interface Place {
  readonly tab: Tab;
  /** The words of the sheet's address, such as ["task", "daily-likes"]. */
  readonly sheet: readonly [string, ...string[]] | undefined;
}

/** Where places are kept so that the device's back button leads to the one before. */
export interface Journal {
  /** The address that the page was opened with. */
  readonly first: string;
  push: (address: string) => void;
  replace: (address: string) => void;
  /** Goes to the place before; false: there is none of the panel's own. */
  back: () => boolean;
  /** Told of the address that the viewer went back, or forward, to. */
  listen: (arrive: (address: string) => void) => void;
  close: () => void;
}

/** "today", "tasks/task/daily-likes": a tab, then the words of a sheet. What is no address is where the panel begins. */
export function placeOf(address: string): Place {
  const [first = "", name, ...more] = address.split("/").map(decoded);
  const tab = tabs.find((each) => each === first);
  return { tab: tab ?? "today", sheet: tab && name ? [name, ...more] : undefined };
}

export function addressOf({ tab, sheet = [] as never }: Place): string {
  return [tab, ...sheet].map(encodeURIComponent).join("/");
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** The viewer's way through tabs and sheets. */
export class Navigation {
  readonly place: ShallowRef<Place>;
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
    this.place = shallowRef(placeOf(journal.first));
    journal.listen((address) => {
      this.place.value = placeOf(address);
    });
  }

  show(tab: Tab): void {
    this.#go({ tab, sheet: undefined });
  }

  openSheet(...sheet: readonly [string, ...string[]]): void {
    this.#go({ tab: this.place.value.tab, sheet });
  }

  /** Shows another sheet instead of this one. */
  changeSheet(...sheet: readonly [string, ...string[]]): void {
    this.place.value = { tab: this.place.value.tab, sheet };
    this.#journal.replace(addressOf(this.place.value));
  }

  /** Closes the sheet, as the back button does; of a page that was opened with the sheet, the tab below it is shown. */
  closeSheet(): void {
    if (this.place.value.sheet && !this.#journal.back()) {
      this.place.value = { tab: this.place.value.tab, sheet: undefined };
      this.#journal.replace(addressOf(this.place.value));
    }
  }

  /** Goes to the place before; false: the panel is where it began. */
  back(): boolean {
    if (this.place.value.sheet) {
      this.closeSheet();
      return true;
    }
    return this.#journal.back();
  }

  close(): void {
    this.#journal.close();
  }

  #go(place: Place): void {
    if (addressOf(place) !== addressOf(this.place.value)) {
      this.place.value = place;
      this.#journal.push(addressOf(place));
    }
  }
}

const stateKey = "flywheelPanel";

interface Entry {
  readonly address: string;
  /** How many of the panel's own entries lie below it. */
  readonly depth: number;
}

/** Only one panel of a page can own its history. */
let isOwned = false;

/**
 * Keeps places in the browser's history, beside whatever the page itself keeps there.
 *
 * @param inAddress whether the page's address names them too, in the parameter `at`
 */
export function browserJournal(inAddress: boolean): Journal {
  if (isOwned) {
    return memoryJournal();
  }
  isOwned = true;
  const entry = (): Entry | undefined =>
    (history.state as Record<string, Entry | undefined> | null)?.[stateKey];
  const write = (how: "pushState" | "replaceState", address: string, depth: number) => {
    const state = { ...(history.state as object | null), [stateKey]: { address, depth } };
    history[how](state, "", inAddress ? withAddress(address) : undefined);
  };
  let arrive: (address: string) => void = () => undefined;
  const onPop = () => {
    arrive(entry()?.address ?? addressInPage(inAddress));
  };
  addEventListener("popstate", onPop);
  return {
    first: entry()?.address ?? addressInPage(inAddress),
    push: (address) => {
      write("pushState", address, (entry()?.depth ?? 0) + 1);
    },
    replace: (address) => {
      write("replaceState", address, entry()?.depth ?? 0);
    },
    back: () => {
      const isOwn = (entry()?.depth ?? 0) > 0;
      if (isOwn) history.back();
      return isOwn;
    },
    listen: (listener) => {
      arrive = listener;
    },
    close: () => {
      removeEventListener("popstate", onPop);
      isOwned = false;
    },
  };
}

/** Keeps places to itself, for pages that have a history of their own. */
export function memoryJournal(): Journal {
  const addresses = ["today"];
  let arrive: (address: string) => void = () => undefined;
  return {
    first: "today",
    push: (address) => {
      addresses.push(address);
    },
    replace: (address) => {
      addresses[addresses.length - 1] = address;
    },
    back: () => {
      if (addresses.length < 2) return false;
      addresses.pop();
      arrive(addresses.at(-1) ?? "today");
      return true;
    },
    listen: (listener) => {
      arrive = listener;
    },
    close: () => undefined,
  };
}

function addressInPage(inAddress: boolean): string {
  return inAddress ? (new URLSearchParams(location.search).get("at") ?? "") : "";
}

function withAddress(address: string): string {
  const url = new URL(location.href);
  if (address === "today") url.searchParams.delete("at");
  else url.searchParams.set("at", address);
  return url.pathname + url.search.replaceAll("%2F", "/") + url.hash;
}
