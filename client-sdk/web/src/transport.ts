import {
  clone,
  create,
  isMessage,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextKey,
  type ContextValues,
  type StreamResponse,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { delayMillis, pause, type Backoff } from "./backoff.js";
import { FlywheelError } from "./errors.js";
import { newRequestId } from "./ids.js";
import type { TokenSource } from "./token.js";

/** How failed calls are repeated. */
export interface RetryOptions extends Backoff {
  /** How often a call is sent at most. Default 4. */
  readonly attempts: number;
}

/** Marks a call that has to go out although the page is going away. */
export const keepAlive = createContextKey(false);

export interface ResilienceOptions {
  /** Carries the calls. */
  readonly transport: Transport;
  /** Carries calls that outlive the page. */
  readonly keepAliveTransport: Transport;
  readonly tokens: TokenSource;
  readonly timeoutMillis: number;
  readonly retry: RetryOptions;
}

/**
 * What every call goes through: a token, an id for a write that has none, a deadline over all attempts, and another
 * attempt where that may help. Streams get a token and are not repeated here, but by watch.
 */
export class ResilientTransport implements Transport {
  readonly #options: ResilienceOptions;

  constructor(options: ResilienceOptions) {
    this.#options = options;
  }

  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
    contextValues?: ContextValues,
  ): Promise<UnaryResponse<I, O>> {
    const { message, requestId } = identified(method.input, input);
    const transport = this.#carrier(contextValues);
    const deadline = new Deadline(timeoutMs ?? this.#options.timeoutMillis, signal);
    const send = (headers: Headers) => {
      const left = deadline.leftMillis();
      const timeout = left === Infinity ? 0 : Math.max(1, Math.ceil(left));
      return transport.unary(method, deadline.signal, timeout, headers, message, contextValues);
    };
    try {
      return await this.#repeat(deadline, () => this.#authorized(header, deadline, send));
    } catch (caught) {
      throw FlywheelError.from(caught, requestId);
    } finally {
      deadline.release();
    }
  }

  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<MessageInitShape<I>>,
    contextValues?: ContextValues,
  ): Promise<StreamResponse<I, O>> {
    const { tokens } = this.#options;
    const transport = this.#carrier(contextValues);
    const deadline = new Deadline(timeoutMs ?? 0, signal);
    const request = await only(input);
    const send = async (headers: Headers) => {
      const call = await transport.stream(
        method,
        signal,
        timeoutMs ?? 0,
        headers,
        once(request),
        contextValues,
      );
      const messages = call.message[Symbol.asyncIterator]();
      // A refusal may come in place of the first message, when there is still time for another token.
      const first = await messages.next();
      return { call, message: resumed(first, messages, headers) };
    };
    const resumed = async function* (
      first: IteratorResult<MessageShape<O>>,
      messages: AsyncIterator<MessageShape<O>>,
      headers: Headers,
    ) {
      try {
        for (let result = first; !result.done; result = await messages.next()) {
          yield result.value;
        }
      } catch (caught) {
        const error = FlywheelError.from(caught);
        if (error.is("UNAUTHENTICATED")) {
          tokens.discard(headers.get("authorization")?.slice("Bearer ".length));
        }
        throw error;
      }
    };
    try {
      const { call, message } = await this.#authorized(header, deadline, send);
      return { ...call, message };
    } catch (caught) {
      throw FlywheelError.from(caught);
    } finally {
      deadline.release();
    }
  }

  #carrier(contextValues: ContextValues | undefined): Transport {
    const outlives = contextValues?.get(keepAlive) ?? false;
    return outlives ? this.#options.keepAliveTransport : this.#options.transport;
  }

  /** Sends until it succeeds, fails for good, has been sent often enough, or has no time left for another attempt. */
  async #repeat<R>(deadline: Deadline, send: () => Promise<R>): Promise<R> {
    const { retry } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        return await send();
      } catch (caught) {
        const error = FlywheelError.from(caught);
        const delay = delayMillis(retry, attempt, error.retryAfterMillis);
        const again = error.isTransient && attempt + 1 < retry.attempts;
        if (!again || deadline.signal.aborted || delay >= deadline.leftMillis()) {
          throw error;
        }
        await pause(delay, deadline.signal);
      }
    }
  }

  /** Sends with the token, and once more with another token where the first is refused. */
  async #authorized<R>(
    header: HeadersInit | undefined,
    deadline: Deadline,
    send: (header: Headers) => Promise<R>,
  ): Promise<R> {
    const { tokens } = this.#options;
    for (let fresh = false; ; fresh = true) {
      const token = await deadline.bound(tokens.get());
      try {
        return await send(bearing(token, header));
      } catch (caught) {
        const error = FlywheelError.from(caught);
        if (!error.is("UNAUTHENTICATED")) {
          throw error;
        }
        const another = tokens.discard(token);
        if (fresh || !another) {
          tokens.signedOut(token);
          throw error;
        }
      }
    }
  }
}

function bearing(token: string | undefined, header: HeadersInit | undefined): Headers {
  const headers = new Headers(header);
  if (token !== undefined && !headers.has("authorization")) {
    headers.set("authorization", `Bearer ${token}`);
  }
  return headers;
}

/** The one request of a server-streaming method; gRPC-Web has no others. */
async function only<T>(requests: AsyncIterable<T>): Promise<T> {
  for await (const request of requests) {
    return request;
  }
  throw new ConnectError("a stream needs a request", Code.InvalidArgument);
}

/** An iterable that yields one value. */

export async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** The request with an id, where it has the field and the caller gave none. The caller's message is left alone. */
function identified<I extends DescMessage>(
  schema: I,
  input: MessageInitShape<I>,
): { message: MessageShape<I>; requestId: string | undefined } {
  const given = isMessage(input, schema) ? input : create(schema, input);
  const field = schema.field["requestId"];
  if (field?.name !== "request_id") {
    return { message: given, requestId: undefined };
  }
  const holder = given as MessageShape<I> & { requestId: string };
  if (holder.requestId !== "") {
    return { message: given, requestId: holder.requestId };
  }
  const message = clone(schema, given) as typeof holder;
  message.requestId = newRequestId();
  return { message, requestId: message.requestId };
}

/** The time that a call has over all of its attempts, and the caller's wish to end it. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #endsAtMillis: number;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #caller: AbortSignal | undefined;
  readonly #cancel = () => {
    this.#controller.abort(new ConnectError("the caller cancelled the call", Code.Canceled));
  };

  /** `timeoutMillis` of 0 or less: the call may take as long as it likes. */
  constructor(timeoutMillis: number, caller: AbortSignal | undefined) {
    this.#endsAtMillis = timeoutMillis > 0 ? Date.now() + timeoutMillis : Infinity;
    this.#caller = caller;
    if (timeoutMillis > 0) {
      const message = `no answer within ${timeoutMillis} ms`;
      this.#timer = setTimeout(() => {
        this.#controller.abort(new ConnectError(message, Code.DeadlineExceeded));
      }, timeoutMillis);
    }
    if (caller?.aborted) {
      this.#cancel();
    }
    caller?.addEventListener("abort", this.#cancel);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  leftMillis(): number {
    return this.#endsAtMillis - Date.now();
  }

  /** The promise's result, or the end of the call, whichever comes first. */
  bound<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const ended = () => {
        reject(signal.reason as ConnectError);
      };
      if (signal.aborted) {
        ended();
      }
      signal.addEventListener("abort", ended);
      promise.then(resolve, reject).finally(() => {
        signal.removeEventListener("abort", ended);
      });
    });
  }

  /** Lets go of the timer and the caller's signal. */
  release(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#cancel);
  }
}
