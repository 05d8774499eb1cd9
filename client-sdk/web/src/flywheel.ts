import type {
  DescMessage,
  DescMethodServerStreaming,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { createClient, type Client, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { readClaims, TokenSource, type TokenClaims, type TokenProvider } from "./token.js";
import { ResilientTransport, type RetryOptions } from "./transport.js";
import { watch, type WatchOptions } from "./watch.js";

/** Options of createFlywheel. */
export interface FlywheelOptions {
  /** Where Flywheel is reached, such as "https://live.example.com". Default: where the page comes from. */
  readonly baseUrl?: string;
  /**
   * The token, or a function that fetches one. The function is asked for the first call, ahead of the token's `exp`, and
   * once more when the service refuses a token; never twice at once. "" says that nobody is signed in. Leave it out
   * where a gateway adds the credentials.
   */
  readonly token?: TokenProvider;
  /** Told when the service refuses even a fresh token, once for each such token, or the provider has none. */
  readonly onSignedOut?: () => void;
  /** How long a call may take with all of its attempts, in milliseconds. Default 10,000. */
  readonly timeoutMillis?: number;
  /** How calls that failed for a while are repeated. Default: 4 attempts, 250 ms doubling up to 5 s, with jitter. */
  readonly retry?: Partial<RetryOptions>;
  /** Instead of the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
  /** Of Connect, around each attempt. */
  readonly interceptors?: readonly Interceptor[];
}

/** A connection to Flywheel in the name of one caller. */
export interface Flywheel {
  /**
   * The client of a service of the contract, such as `flywheel.service(TaskService)`. Its calls have a token, a
   * deadline, an id where they write, and are repeated where that may help; they fail with a FlywheelError. An app
   * carries only the services that it names.
   */
  service<S extends DescService>(service: S): Client<S>;

  /**
   * The updates of a watch method, such as `ViewerService.method.watchViewer`. It connects again by itself whenever the
   * connection is lost; the service sends a snapshot first after each. Ends by its signal, by leaving the loop, or with
   * a FlywheelError that connecting again can't cure.
   */
  watch<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    request: MessageInitShape<I>,
    options?: WatchOptions,
  ): AsyncGenerator<MessageShape<O>, void, undefined>;

  /** What the present token says; undefined for a token that can't be read, such as an API key. */
  claims(): Promise<TokenClaims | undefined>;

  /** Where Flywheel is reached. */
  readonly baseUrl: string;

  /** For clients of Connect that are made by hand. */
  readonly transport: Transport;
}

const defaultTimeoutMillis = 10_000;
const defaultRetry: RetryOptions = { attempts: 4, initialMillis: 250, maxMillis: 5_000 };

/** Connects to Flywheel. Nothing is sent before the first call. */
export function createFlywheel(options: FlywheelOptions = {}): Flywheel {
  const baseUrl = options.baseUrl ?? globalThis.location.origin;
  const tokens = new TokenSource(options.token, options.onSignedOut);
  const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);
  const carrier = (init: RequestInit) =>
    createGrpcWebTransport({
      baseUrl,
      interceptors: [...(options.interceptors ?? [])],
      fetch: (input, given) => fetch(input, { ...given, ...init }),
    });
  const transport = new ResilientTransport({
    transport: carrier({}),
    keepAliveTransport: carrier({ keepalive: true }),
    tokens,
    timeoutMillis: options.timeoutMillis ?? defaultTimeoutMillis,
    retry: { ...defaultRetry, ...options.retry },
  });
  const clients = new Map<DescService, unknown>();
  return {
    baseUrl,
    transport,
    service<S extends DescService>(service: S): Client<S> {
      const known = clients.get(service) ?? createClient(service, transport);
      clients.set(service, known);
      return known as Client<S>;
    },
    watch: (method, request, watchOptions) => watch(transport, method, request, watchOptions),
    claims: async () => readClaims((await tokens.get()) ?? ""),
  };
}
