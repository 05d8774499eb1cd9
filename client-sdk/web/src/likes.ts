import { delayMillis, pause, type Backoff } from "./backoff.js";
import { FlywheelError } from "./errors.js";
import { newRequestId } from "./ids.js";

/**
 * Where undelivered likes are kept, such as localStorage. Pages that share one need Web Locks to stay out of each
 * other's way; without them, likes are kept in the page's memory only.
 */
export type LikeStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Likes that are sent together. They keep their id over attempts, reloads and pages. */
export interface LikeBatch {
  readonly requestId: string;
  count: number;
  readonly atMillis: number;
}

export interface LikesOptions {
  /** How long likes are gathered before they are sent. */
  readonly intervalMillis: number;
  readonly backoff: Backoff;
  /** Delivers a batch. */
  readonly send: (batch: LikeBatch) => Promise<void>;
  /** Called with likes that will not be delivered. */
  readonly onLost: (count: number, error: FlywheelError | undefined) => void;
}

/** The contract's bound on Liked.count. */
const maxCount = 1_000;
const maxBatches = 20;
/** Older likes could count for another show. */
const maxAgeMillis = 3_600_000;

/**
 * The likes of one viewer in one room, gathered into batches that are delivered one after the other. A batch that was
 * sent never changes, so that the service can tell a repetition; later likes go into the next batch.
 */
export class Likes {
  readonly #options: LikesOptions;
  readonly #batches: LikeBatch[] = [];
  readonly #sent = new Set<string>();
  #shelf: Shelf | undefined;
  /** Whether all of it lies on the shelf. */
  #saved = false;
  #wait = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delivering: Promise<void> | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: LikesOptions) {
    this.#options = options;
  }

  /** Keeps the batches on the shelf from now on, with those that closed pages left behind. */
  async keepOn(shelf: Shelf): Promise<void> {
    if (!(await shelf.occupy())) {
      return; // They stay in memory.
    }
    if (this.#closed) {
      shelf.release();
      return;
    }
    this.#shelf = shelf;
    this.#save();
    await shelf.adopt((batches) => this.#adopt(batches));
    this.#schedule();
  }

  add(count: number): void {
    for (let left = count; left > 0;) {
      const batch = this.#open();
      if (!batch) {
        this.#options.onLost(left, undefined);
        break;
      }
      const taken = Math.min(left, maxCount - batch.count);
      batch.count += taken;
      left -= taken;
    }
    this.#save();
    this.#schedule();
  }

  /** Delivers what there is now, and retries at once what failed. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wait.abort();
    this.#delivering ??= this.#deliver().finally(() => {
      this.#delivering = undefined;
      this.#schedule();
    });
    return this.#delivering;
  }

  /** What is not delivered yet; none of it changes any more. */
  freeze(): readonly LikeBatch[] {
    for (const batch of this.#batches) {
      this.#sent.add(batch.requestId);
    }
    return [...this.#batches];
  }

  /** Ends the deliveries. What is on the shelf stays there for the next page; what is in memory only is lost. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#wait.abort();
    this.#shelf?.release();
    const count = this.#batches.reduce((sum, batch) => sum + batch.count, 0);
    if (!this.#saved && count > 0) {
      this.#options.onLost(count, undefined);
    }
  }

  /** The batch that takes further likes; undefined where there are too many. */
  #open(): LikeBatch | undefined {
    const last = this.#batches.at(-1);
    if (last && !this.#sent.has(last.requestId) && last.count < maxCount) {
      return last;
    }
    if (this.#batches.length >= maxBatches) {
      return undefined;
    }
    const batch = { requestId: newRequestId(), count: 0, atMillis: Date.now() };
    this.#batches.push(batch);
    return batch;
  }

  #schedule(): void {
    if (!this.#closed && !this.#delivering && this.#batches.length > 0) {
      this.#timer ??= setTimeout(() => void this.flush(), this.#options.intervalMillis);
    }
  }

  async #deliver(): Promise<void> {
    for (let batch = this.#batches[0]; batch && !this.#closed; batch = this.#batches[0]) {
      this.#sent.add(batch.requestId);
      try {
        if (batch.atMillis < Date.now() - maxAgeMillis) {
          this.#options.onLost(batch.count, undefined);
        } else {
          await this.#options.send(batch);
          this.#failures = 0;
        }
      } catch (caught) {
        if (this.#closed) {
          return; // It stays on the shelf, or was told as lost.
        }
        const error = FlywheelError.from(caught);
        if (error.isCurable || error.is("NOT_IN_ROOM")) {
          this.#wait = new AbortController();
          const { backoff } = this.#options;
          const millis = delayMillis(backoff, this.#failures++, error.retryAfterMillis);
          await pause(millis, this.#wait.signal);
          continue;
        }
        this.#options.onLost(batch.count, error);
      }
      this.#batches.splice(this.#batches.indexOf(batch), 1);
      this.#sent.delete(batch.requestId);
      this.#save();
    }
  }

  /** Takes over batches of another page; answers whether they are kept now. */
  #adopt(batches: readonly LikeBatch[]): boolean {
    if (this.#closed) {
      return false;
    }
    for (const batch of batches) {
      this.#sent.add(batch.requestId);
      this.#batches.push(batch);
    }
    this.#batches.sort((one, other) => one.atMillis - other.atMillis);
    this.#save();
    return this.#saved;
  }

  /** Not after the end, when another page may have taken over what lies on the shelf. */
  #save(): void {
    if (!this.#closed) {
      this.#saved = this.#shelf?.save(this.#batches) ?? false;
    }
  }
}

/**
 * A page's place in the storage. A page holds the lock of its place for as long as it lives, so that another page that
 * gets the lock knows that it may take over what lies there. The browser may refuse any of it at any time.
 */
export class Shelf {
  readonly #storage: LikeStorage;
  readonly #prefix: string;
  readonly #place: string;
  readonly #locks: LockManager | undefined = globalThis.navigator?.locks;
  /** Gives the place up. */
  release!: () => void;
  readonly #released = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  /** `owner` says whose likes these are, and in which room. */
  constructor(storage: LikeStorage, owner: string) {
    this.#storage = storage;
    this.#prefix = `flywheel.likes/${owner}/`;
    this.#place = this.#prefix + newRequestId();
  }

  /** Takes the place; answers whether the browser lets it. Nothing may be saved there before. */
  occupy(): Promise<boolean> {
    return new Promise((resolve) => {
      if (!this.#locks) {
        resolve(true);
        return;
      }
      const hold = () => {
        resolve(true);
        return this.#released;
      };
      this.#locks.request(this.#place, hold).catch(() => {
        resolve(false);
      });
    });
  }

  /**
   * Hands over, place by place, what pages that are gone left behind. Removes it there once `keep` says that it is kept:
   * keep taken-over likes in at least one place. Two do no harm, for batches have ids.
   */
  async adopt(keep: (batches: readonly LikeBatch[]) => boolean): Promise<void> {
    try {
      for (const place of this.#others()) {
        await this.#ifAbandoned(place, () => {
          if (keep(this.#read(place))) {
            this.#storage.removeItem(place);
          }
        });
      }
    } catch {
      // What could not be taken over stays there for another page.
    }
  }

  /** Answers whether the storage has it. */
  save(batches: readonly LikeBatch[]): boolean {
    try {
      if (batches.length > 0) {
        this.#storage.setItem(this.#place, JSON.stringify(batches));
      } else {
        this.#storage.removeItem(this.#place);
      }
      return true;
    } catch {
      return false; // It is full or forbidden.
    }
  }

  #others(): string[] {
    const keys = Array.from({ length: this.#storage.length }, (_, i) => this.#storage.key(i));
    return keys.filter((key): key is string => !!key && key.startsWith(this.#prefix) && key !== this.#place);
  }

  async #ifAbandoned(place: string, take: () => void): Promise<void> {
    if (!this.#locks) {
      take();
      return;
    }
    await this.#locks.request(place, { ifAvailable: true }, (lock) => {
      if (lock) {
        take();
      }
    });
  }

  #read(place: string): LikeBatch[] {
    const text = this.#storage.getItem(place) ?? "[]";
    try {
      const stored: unknown = JSON.parse(text);
      return Array.isArray(stored) ? stored.filter(isBatch) : [];
    } catch {
      return [];
    }
  }
}

function isBatch(value: unknown): value is LikeBatch {
  const batch = value as LikeBatch | null;
  return (
    typeof batch?.requestId === "string" &&
    typeof batch.atMillis === "number" &&
    Number.isInteger(batch.count) &&
    batch.count >= 1 &&
    batch.count <= maxCount
  );
}

/** localStorage, where pages that share it can be kept out of each other's way. */
export function sharedStorage(): LikeStorage | undefined {
  try {
    return globalThis.navigator?.locks ? globalThis.localStorage : undefined;
  } catch {
    return undefined; // The browser forbids it.
  }
}
