import { FlywheelError, newRequestId } from "@flywheel/client";
import { shallowRef, type ShallowRef } from "vue";

/** A comment that waits to be sent. Its id makes sure that it is written once, however often it is sent. */
export interface Waiting {
  readonly requestId: string;
  readonly text: string;
}

/** More comments than these would come as a flood when the viewer is back. */
const maxWaiting = 5;

/** Comments that were written while there was no connection. They are sent in order once there is one. */
export class Outbox {
  readonly waiting: ShallowRef<readonly Waiting[]> = shallowRef([]);
  readonly #send: (comment: Waiting) => Promise<void>;
  #sending = false;

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
      return;
    }
    try {
      await this.#send(comment);
    } catch (caught) {
      if (!isOffline(caught)) throw caught;
      this.#keep(comment);
    }
  }

  /** The connection is back. */
  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let first = this.waiting.value[0]; first; first = this.waiting.value[0]) {
        try {
          await this.#send(first);
        } catch (caught) {
          if (isOffline(caught)) return;
          // The service will not have it: it would be refused again.
        }
        this.waiting.value = this.waiting.value.slice(1);
      }
    } finally {
      this.#sending = false;
    }
  }

  #keep(comment: Waiting): void {
    this.waiting.value = [...this.waiting.value, comment];
  }
}

function isOffline(caught: unknown): boolean {
  return FlywheelError.from(caught).is("NO_CONNECTION", "DEADLINE_EXCEEDED");
}
