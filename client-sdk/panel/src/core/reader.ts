import { FlywheelError, type Fact } from "@flywheel/client";
import type { Slice, Source } from "./feature.js";
import type { Stay } from "./stay.js";
import { settled } from "./waits.js";

export interface ReaderOptions {
  readonly source: Source;
  /** The slices of the features that are there. */
  readonly slices: () => readonly Slice<unknown>[];
  readonly state: (slice: Slice<unknown>) => { value: unknown };
  readonly stay: () => Stay;
  readonly update: (change: (stay: Stay) => Stay) => void;
  readonly onError: (error: FlywheelError) => void;
}

/** The first view waits so long for the room, whose entering may complete tasks and check the viewer in. */
const entryMillis = 2_000;
/** Several facts in a row lead to one reading. */
const gatherMillis = 250;
/** How often is read what other viewers move. */
const sharedMillis = 5_000;
/** How often is read again what should have ended by this device's clock, which may be fast. */
const overdueMillis = 60_000;
/** The waits after readings that failed double up to this. */
const longestRetryMillis = 30_000;

/** Reads how features stand: at first, and again when something has changed of which facts tell only that it did. */
export class Reader {
  readonly #options: ReaderOptions;
  /** The features that are to be read, by their ids. */
  #due = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAtMillis = Infinity;
  /** The reading that is under way. */
  #underWay: Promise<void> | undefined;
  #failures = 0;
  /** How long the next reading waits. */
  #waitMillis = gatherMillis;
  #lastAtMillis = 0;
  /** When each feature was read, by its id. */
  readonly #readAtMillis = new Map<string, number>();
  #stopped = false;
  /** The facts that came while something was being read, which may be older than they are. */
  #meanwhile: Fact[] = [];

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Reads all of it for the first time, or again after a failure. */
  async begin(entered: Promise<void> | undefined): Promise<void> {
    if (entered) await settled(entered, entryMillis);
    for (const { id } of this.#options.slices()) this.#due.add(id);
    await this.#read();
  }

  /** Reads features for the first time, at once; ends when it was tried. Those that are known stay as they are. */
  async first(ids: readonly string[]): Promise<void> {
    const unknown = ids.filter((id) => !this.knows(id));
    if (unknown.length === 0) return;
    for (const id of unknown) this.#due.add(id);
    await this.#underWay;
    await this.#read();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Whether a feature was read at least once. */
  knows(id: string): boolean {
    return this.#readAtMillis.has(id);
  }

  /** Reads features again soon, without anyone noticing but by what has changed. */
  refresh(ids: Iterable<string>, waitMillis = gatherMillis): void {
    for (const id of ids) this.#due.add(id);
    if (this.#due.size > 0) this.#schedule(waitMillis);
  }

  /** Reads again what others move: the watch may have missed it. */
  refreshShared(waitMillis?: number): void {
    const shared = this.#options.slices().filter((slice) => this.#isShared(slice, false));
    this.refresh(
      shared.map(({ id }) => id),
      waitMillis,
    );
  }

  /** Facts came that answers which are under way may not know. */
  noticed(facts: readonly Fact[]): void {
    if (this.#underWay) {
      this.#meanwhile.push(...facts);
    }
  }

  /** Once a second while the page is seen: other viewers move what is shared, and days and windows end. */
  tick(nowMillis: number): void {
    if (this.#options.stay().load !== "ready" || nowMillis - this.#lastAtMillis < sharedMillis) {
      return;
    }
    this.refresh(
      this.#options
        .slices()
        .filter((slice) => this.#hasEnded(slice, nowMillis) || this.#isShared(slice))
        .map(({ id }) => id),
    );
  }

  #hasEnded(slice: Slice<unknown>, nowMillis: number): boolean {
    const readAtMillis = this.#readAtMillis.get(slice.id) ?? 0;
    const isOverdue = nowMillis - readAtMillis >= overdueMillis;
    const ends = slice.endsAtMillis?.(this.#options.state(slice).value) ?? [];
    return ends.some((end) => end <= nowMillis && (isOverdue || end > readAtMillis - sharedMillis));
  }

  #isShared(slice: Slice<unknown>, isLive = this.#options.stay().connection === "live"): boolean {
    return slice.isShared?.(this.#options.state(slice).value, isLive) ?? false;
  }

  /** Something failed for good. */
  fail(error: FlywheelError): void {
    if (this.#stopped || error.is("UNAUTHENTICATED", "CANCELLED")) {
      return;
    }
    const noProgram = error.is("PROGRAM_NOT_FOUND");
    this.#options.update((stay) => ({
      ...stay,
      noProgram,
      failure: error,
      load: noProgram ? "ready" : stay.load === "signedOut" || stay.load === "ready" ? stay.load : "failed",
    }));
    if (!noProgram) {
      this.#options.onError(error);
    }
  }

  /** Reads after some time, or when it was going to if that is sooner. */
  #schedule(millis: number): void {
    const atMillis = Date.now() + millis;
    if (!this.#stopped && atMillis < this.#timerAtMillis) {
      clearTimeout(this.#timer);
      this.#timerAtMillis = atMillis;
      this.#timer = setTimeout(() => {
        this.#timerAtMillis = Infinity;
        void this.#read();
      }, millis);
    }
  }

  /** Reads what is due; what becomes due meanwhile is read after it, and what failed is read again. */
  #read(): Promise<void> {
    this.#underWay ??= this.#readDue().finally(() => {
      this.#underWay = undefined;
      if (this.#due.size > 0) this.#schedule(this.#waitMillis);
    });
    return this.#underWay;
  }

  async #readDue(): Promise<void> {
    if (this.#stopped) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timerAtMillis = Infinity;
    const due = this.#due;
    this.#due = new Set();
    this.#lastAtMillis = Date.now();
    this.#meanwhile = [];
    this.#waitMillis = gatherMillis;
    const failed = await this.#readNow(this.#options.slices().filter(({ id }) => due.has(id)));
    const curable = failed.filter(({ error }) => error.isCurable);
    for (const { slice } of curable) this.#due.add(slice.id);
    if (curable.length === 0) this.#failures = 0;
    else this.#waitMillis = Math.min(longestRetryMillis, 1_000 * 2 ** this.#failures++);
    const isReady = this.#options.stay().load === "ready";
    const told = failed.find(({ error }) => !isReady || !error.isTransient);
    if (told) this.fail(told.error);
  }

  /** Reads, and takes what comes; answers what did not, which keeps none of the others back. */
  async #readNow(
    slices: readonly Slice<unknown>[],
  ): Promise<{ slice: Slice<unknown>; error: FlywheelError }[]> {
    const { source, state, update } = this.#options;
    const results = await Promise.allSettled(
      slices.map(async (slice) => slice.read?.(source, state(slice).value)),
    );
    if (this.#stopped) {
      return [];
    }
    const failed = [];
    let hasCome = false;
    for (const [i, slice] of slices.entries()) {
      const result = results[i];
      if (result?.status === "rejected") {
        failed.push({ slice, error: FlywheelError.from(result.reason) });
        continue;
      }
      const held = state(slice);
      const read = result?.value ? result.value(held.value) : held.value;
      held.value = this.#meanwhile.reduce((now, fact) => slice.reduce?.(now, fact) ?? now, read);
      this.#readAtMillis.set(slice.id, this.#lastAtMillis);
      hasCome ||= slice.read !== undefined;
    }
    if (hasCome || failed.length === 0) {
      update((stay) => ({ ...stay, load: "ready", noProgram: false, failure: undefined }));
    }
    return failed;
  }
}
