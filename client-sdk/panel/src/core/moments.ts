import { merge, type Moment } from "./rewards.js";

const shownMillis = 2_500;
/** Between one moment's end and the next one's beginning, so that they are told apart. */
const gapMillis = 200;

/** Shows one moment at a time; those that come meanwhile become one, which is next. */
export class Moments {
  readonly #show: (moment: Moment | undefined) => void;
  #shown = false;
  #isHeld = false;
  #next: Moment | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(show: (moment: Moment | undefined) => void) {
    this.#show = show;
  }

  add(moment: Moment): void {
    this.#next = this.#next ? merge(this.#next, moment) : moment;
    this.#beginIfFree();
  }

  /** While moments are held none begins; those that come are shown as one afterwards. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#beginIfFree();
  }

  dismiss(): void {
    if (this.#shown) {
      this.#end();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#next = undefined;
    this.#shown = false;
    this.#timer = undefined;
    this.#show(undefined);
  }

  #beginIfFree(): void {
    const moment = this.#next;
    if (moment && !this.#isHeld && !this.#shown && this.#timer === undefined) {
      this.#next = undefined;
      this.#shown = true;
      this.#show(moment);
      this.#timer = setTimeout(() => {
        this.#end();
      }, shownMillis);
    }
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#shown = false;
    this.#show(undefined);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#beginIfFree();
    }, gapMillis);
  }
}
