import type {
  DescMessage,
  DescMethodServerStreaming,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { delayMillis, pause, type Backoff } from "./backoff.js";
import { isHidden, isOffline, notify, onPage } from "./environment.js";
import { FlywheelError } from "./errors.js";
import { once } from "./transport.js";

/**
 * How a watch stands: "connecting" until the first update, "live" while updates come, "reconnecting" after the
 * connection was lost, "offline" when the browser has no network.
 */
export type ConnectionState = "connecting" | "live" | "reconnecting" | "offline";

/** Options of a watch. */
export interface WatchOptions {
  /** Ends the watch: the loop over it ends without an error. */
  readonly signal?: AbortSignal;
  /** Called at each change of the state, with the error that ended the connection. */
  readonly onState?: (state: ConnectionState, error?: FlywheelError) => void;
  /**
   * After how long without an update the connection counts as dead and is opened again, in milliseconds; not while the
   * page is hidden. Default 90,000: in a room each heartbeat brings an update, so a live connection is never silent that
   * long.
   */
  readonly idleMillis?: number;
  /** How long a connection may take until its first update, in milliseconds. Default 10,000. */
  readonly connectTimeoutMillis?: number;
  /** Waits between attempts. Default: 500 ms, doubling up to 30 s. */
  readonly backoff?: Backoff;
}

const defaultIdleMillis = 90_000;
const defaultConnectTimeoutMillis = 10_000;
const defaultBackoff: Backoff = { initialMillis: 500, maxMillis: 30_000 };
/** A connection that has lived so long ends the growth of the waits; one that breaks right after its snapshot does not. */
const steadyMillis = 10_000;
/** How often silence is looked at. By the wall clock, so that a device that slept finds out when it wakes. */
const checkMillis = 2_000;

/** The updates of a watch method. A lost connection is opened again. */
export async function* watch<I extends DescMessage, O extends DescMessage>(
  transport: Transport,
  method: DescMethodServerStreaming<I, O>,
  request: MessageInitShape<I>,
  options: WatchOptions = {},
): AsyncGenerator<MessageShape<O>, void, undefined> {
  const message = create(method.input, request);
  const line = new Line(
    (signal) => transport.stream(method, signal, undefined, undefined, once(message)),
    options,
  );
  try {
    for (let update = await line.next(); update; update = await line.next()) {
      yield update.value;
    }
  } finally {
    line.end();
  }
}

type Open<T> = (signal: AbortSignal) => Promise<{ readonly message: AsyncIterable<T> }>;

/** A connection that is made anew whenever it is lost. */
class Line<T> {
  readonly #open: Open<T>;
  readonly #options: WatchOptions;
  readonly #backoff: Backoff;
  readonly #release: () => void;
  #updates: AsyncIterator<T> | undefined;
  /** Set while there is a connection, or one is being made. */
  #connection: AbortController | undefined;
  /** Aborted by what makes another attempt worth while, be that during the wait for it or before. */
  #waiting = new AbortController();
  #openedAtMillis = 0;
  #heardAtMillis = 0;
  #failures = 0;
  #state: ConnectionState | undefined;
  #ended = false;

  constructor(open: Open<T>, options: WatchOptions) {
    this.#open = open;
    this.#options = options;
    this.#backoff = options.backoff ?? defaultBackoff;
    const { signal } = options;
    const end = () => {
      this.end();
    };
    const leavePage = onPage({
      visibilitychange: () => {
        if (!isHidden()) {
          this.#wake();
        }
      },
      online: () => {
        this.#cut("the network has changed");
        this.#wake();
      },
      offline: () => {
        this.#tell("offline");
        this.#cut("there is no network");
      },
    });
    signal?.addEventListener("abort", end);
    this.#release = () => {
      signal?.removeEventListener("abort", end);
      leavePage();
    };
    if (signal?.aborted) {
      this.end();
    }
  }

  /** The next update; undefined after the end. */
  async next(): Promise<{ readonly value: T } | undefined> {
    while (!this.#ended) {
      try {
        const value = await this.#read();
        this.#waiting = new AbortController();
        this.#tell("live");
        return { value };
      } catch (caught) {
        await this.#recover(caught);
      }
    }
    return undefined;
  }

  end(): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#release();
      this.#cut("the watch has ended");
      this.#waiting.abort();
    }
  }

  /** One update of the connection, which is made if there is none. */
  async #read(): Promise<T> {
    const limitMillis = this.#updates
      ? (this.#options.idleMillis ?? defaultIdleMillis)
      : (this.#options.connectTimeoutMillis ?? defaultConnectTimeoutMillis);
    this.#heardAtMillis = Date.now();
    this.#connection ??= new AbortController();
    const check = setInterval(
      () => {
        if (!isHidden() && Date.now() - this.#heardAtMillis >= limitMillis) {
          this.#cut(`nothing was heard for ${limitMillis} ms`);
        }
      },
      Math.min(checkMillis, limitMillis),
    );
    try {
      return await uncut(this.#receive(this.#connection.signal), this.#connection.signal);
    } finally {
      clearInterval(check);
    }
  }

  async #receive(signal: AbortSignal): Promise<T> {
    if (!this.#updates) {
      this.#tell(isOffline() ? "offline" : this.#state === undefined ? "connecting" : "reconnecting");
      const { message } = await this.#open(signal);
      this.#updates = message[Symbol.asyncIterator]();
      this.#openedAtMillis = Date.now();
    }
    const result = await this.#updates.next();
    if (result.done) {
      throw new ConnectError("the stream has ended", Code.Unavailable);
    }
    return result.value;
  }

  /** Waits until the connection may be made again; throws what making it again can't cure. */
  async #recover(caught: unknown): Promise<void> {
    const error = FlywheelError.from(caught);
    const hadUpdates = this.#updates !== undefined;
    if (hadUpdates && Date.now() - this.#openedAtMillis >= steadyMillis) {
      this.#failures = 0;
    }
    this.#cut(error.message);
    this.#updates = undefined;
    this.#connection = undefined;
    if (this.#ended) {
      return;
    }
    // A token that ended during a connection is replaced by the next one.
    if (!error.isCurable && !(hadUpdates && error.is("UNAUTHENTICATED"))) {
      this.end();
      throw error;
    }
    this.#tell(isOffline() ? "offline" : "reconnecting", error);
    const millis = delayMillis(this.#backoff, this.#failures++, error.retryAfterMillis);
    await pause(millis, this.#waiting.signal);
    this.#waiting = new AbortController();
  }

  #cut(why: string): void {
    this.#connection?.abort(new ConnectError(why, Code.Unavailable));
  }

  /** Ends the wait for the next attempt. */
  #wake(): void {
    this.#waiting.abort();
  }

  #tell(state: ConnectionState, error?: FlywheelError): void {
    if (state !== this.#state) {
      this.#state = state;
      notify(() => this.#options.onState?.(state, error));
    }
  }
}

/** The promise's result, or an error as soon as the connection is cut: not every fetch notices that. */
function uncut<R>(promise: Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const cut = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      cut();
    }
    signal.addEventListener("abort", cut);
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", cut);
    });
  });
}
