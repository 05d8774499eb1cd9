import { expect, test } from "vitest";
import { LikePace } from "../src/core/likePace.js";

/** The service's own reckoning, as its Pace does it. */
class Service {
  #busyUntil = 0;
  constructor(readonly perSecond: number) {}
  take(count: number, at: number): number {
    const busy = Math.max(this.#busyUntil, at);
    const taken = Math.min(count, Math.floor(((at + 10_000 - busy) * this.perSecond) / 1_000));
    if (taken > 0) this.#busyUntil = busy + Math.ceil((taken * 1_000) / this.perSecond);
    return taken;
  }
}

/** A generator of numbers below a bound, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("of a rested viewer ten seconds' worth counts at once, and by and by more", () => {
  const pace = new LikePace();
  expect(pace.free(1_000_000)).toBe(100);
  pace.answered(100, 0, 1_000_000);
  expect(pace.free(1_000_000)).toBe(0);
  expect(pace.free(1_003_000)).toBe(30);
  expect(pace.free(1_060_000)).toBe(100);
});

test("a program that takes less is told by entering", () => {
  const pace = new LikePace();
  pace.perSecond = 2;
  expect(pace.free(0)).toBe(20);
  pace.perSecond = 0;
  expect(pace.free(0)).toBe(100);
});

test("whatever is tapped, and however slow the network is, no count that is shown ahead runs backwards", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = numbers(seed);
    const perSecond = 1 + next(20);
    const service = new Service(perSecond);
    const pace = new LikePace();
    pace.perSecond = perSecond;
    let now = 1_000_000;
    let counted = 0;
    let shown = 0;
    for (let call = 0; call < 40; call++) {
      now += next(4) === 0 ? next(15_000) : next(1_500);
      const waiting = 1 + next(next(5) === 0 ? 300 : 15);
      // Shown while they wait; those that come before the answer find the same bound.
      const free = pace.free(now);
      shown = Math.max(shown, counted + Math.min(waiting, free));
      now += next(1_000);
      const taken = service.take(waiting, now + next(400));
      now += 400 + next(2_000);
      counted += taken;
      pace.answered(taken, waiting - taken, now);
      expect(counted, `seed ${seed}, call ${call}`).toBeGreaterThanOrEqual(shown);
    }
  }
});
