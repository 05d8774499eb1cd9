/** What is taken of a viewer a second unless the program says otherwise: presence.max_actions_per_second. */
const usual = 10;
/** The service takes as much at once as comes in this time. */
const advanceMillis = 10_000;

/**
 * How many likes are sure to count. The service takes no more of a viewer than a person can do; this reckons as it does, with
 * every doubt to the viewer's cost, so that a count that is shown ahead of the answer does not run backwards with it.
 */
export class LikePace {
  #perSecond = usual;
  /** Until when a person would be busy with the likes that were taken. */
  #busyUntilMillis = 0;

  /** The bound of the program in force; 0: it was not told. */
  set perSecond(told: number) {
    this.#perSecond = told > 0 ? told : usual;
  }

  /** How many count of those that are sent at this time or later. */
  free(nowMillis: number): number {
    const freeMillis = nowMillis + advanceMillis - Math.max(this.#busyUntilMillis, nowMillis);
    return Math.max(0, Math.floor((freeMillis * this.#perSecond) / 1_000));
  }

  /** An answer has come: so many were taken, and so many were not. */
  answered(taken: number, tooFast: number, nowMillis: number): void {
    const from = Math.max(this.#busyUntilMillis, nowMillis);
    this.#busyUntilMillis =
      tooFast > 0 ? nowMillis + advanceMillis : from + Math.ceil((taken * 1_000) / this.#perSecond);
  }
}
