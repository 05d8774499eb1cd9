/** Waits for some time. */
export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/** Waits until the promise is settled, whatever its outcome, but no longer than some time. */
export async function settled(promise: Promise<unknown>, atMostMillis: number): Promise<void> {
  await Promise.race([Promise.allSettled([promise]), pause(atMostMillis)]);
}

/** Lets the browser draw and answer the viewer before what comes next, which would hold it up in one piece. */
export function nextTask(): Promise<void> {
  return pause(0);
}
