import type { FlywheelError } from "@flywheel/client";

/**
 * What was asked of the service and not answered yet. Whoever asks for the same again does it under the same id, so that a
 * lost answer costs nothing twice, even where the sheet was closed in between.
 */
export class Unanswered {
  readonly #asked = new Map<string, unknown>();

  /** What was asked under a name before, or else what is asked now. */
  of<T>(name: string, ask: () => T): T {
    if (!this.#asked.has(name)) this.#asked.set(name, ask());
    return this.#asked.get(name) as T;
  }

  /** The service has done it. */
  answered(name: string): void {
    this.#asked.delete(name);
  }

  /** The call has failed. What the service refused is over; anything else may have taken effect. */
  failed(name: string, error: FlywheelError): void {
    if (!error.isCurable && !error.isTransient) this.#asked.delete(name);
  }
}
