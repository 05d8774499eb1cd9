/** How long to wait before a failed call is repeated. */
export interface Backoff {
  /** The longest first wait, in milliseconds. Each further wait may be twice as long. */
  readonly initialMillis: number;
  /** The longest wait, in milliseconds. */
  readonly maxMillis: number;
}

/**
 * The wait before repetition number `attempt` (from 0): a random time up to a bound that doubles, so that clients that
 * were cut off together don't come back together; and never less than the service asked for.
 */
export function delayMillis(backoff: Backoff, attempt: number, retryAfterMillis = 0): number {
  const bound = Math.min(backoff.maxMillis, backoff.initialMillis * 2 ** attempt);
  return retryAfterMillis + bound * (0.2 + 0.8 * Math.random());
}

/** Waits, and ends early without an error when the signal is aborted. */
export function pause(millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal?.addEventListener("abort", done);
  });
}

/** The promise's result, or what `tooLate` answers or throws if that takes longer. */
export async function within<R>(millis: number, promise: Promise<R>, tooLate: () => R): Promise<R> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      promise,
      pause(millis, patience.signal).then(() => (patience.signal.aborted ? promise : tooLate())),
    ]);
  } finally {
    patience.abort(); // A timer that is left would keep a program of Node running.
  }
}
