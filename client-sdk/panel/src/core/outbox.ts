import { FlywheelError, newRequestId } from "@flywheel/client";
import { shallowRef, type ShallowRef } from "vue";

/** A comment that waits to be sent. Its id makes sure that it is written once, however often it is sent. */
export interface Waiting {
  readonly requestId: string;
  readonly text: string;
}

/** More comments than these would come as a flood when the viewer is back. */
const maxWaiting = 5;
/** The waits after failures double from the first to the longest. */
const waitMillis = { first: 1_000, longest: 30_000 };

/** Comments that were written while there was no connection. They are sent in order once there is one. */
export class Outbox {
  readonly waiting: ShallowRef<readonly Waiting[]> = shallowRef([]);
  /** Why the service would not have the last comment that was let go. */
  readonly refusal: ShallowRef<FlywheelError | undefined> = shallowRef();
  readonly #send: (comment: Waiting) => Promise<void>;
  #sending = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(send: (comment: Waiting) => Promise<void>) {
    this.#send = send;
  }

  get isFull(): boolean {
    return this.waiting.value.length >= maxWaiting;
  }

  /** Sends a comment, after those that wait. What there is no connection for waits; every other failure is thrown. */
  async write(text: string): Promise<void> {
    const comment = { requestId: newRequestId(), text };
    if (this.waiting.value.length > 0) {
      this.#keep(comment);
      void this.flush();
      return;
    }
    try {
      await this.#send(comment);
    } catch (caught) {
      if (!FlywheelError.from(caught).is("NO_CONNECTION", "DEADLINE_EXCEEDED")) throw caught;
      this.#keep(comment);
      this.#sendLater();
    }
  }

  /** Sends what waits now: the connection is back, it seems. What fails is tried again after a while. */
  async flush(): Promise<void> {
    if (this.#sending || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    try {
      for (let first = this.waiting.value[0]; first; first = this.waiting.value[0]) {
        if (!(await this.#isSettled(first))) {
          this.#sendLater();
          return;
        }
        this.#failures = 0;
        this.waiting.value = this.waiting.value.slice(1);
      }
    } finally {
      this.#sending = false;
    }
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Sends a comment; answers whether it was written or refused for good. */
  async #isSettled(comment: Waiting): Promise<boolean> {
    try {
      await this.#send(comment);
    } catch (caught) {
      const error = FlywheelError.from(caught);
      if (error.isCurable || error.isTransient || error.is("NOT_IN_ROOM")) return false;
      this.refusal.value = error;
    }
    return true;
  }

  #keep(comment: Waiting): void {
    this.waiting.value = [...this.waiting.value, comment];
  }

  #sendLater(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const millis = Math.min(waitMillis.longest, waitMillis.first * 2 ** this.#failures++);
    this.#timer = setTimeout(() => void this.flush(), millis);
  }
}
