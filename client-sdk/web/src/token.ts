import { Code, ConnectError } from "@connectrpc/connect";
import { within } from "./backoff.js";
import { notify } from "./environment.js";
import { FlywheelError } from "./errors.js";

/** Where tokens come from: a token, or a function of the app that fetches a fresh one. "" says: nobody is signed in. */
export type TokenProvider = string | (() => string | Promise<string>);

/** What a token says of its bearer, as far as this client can read it. It is the service that verifies it. */
export interface TokenClaims {
  readonly merchant?: string;
  readonly role?: "viewer" | "analyst" | "host" | "merchant" | "platform";
  readonly sub?: string;
  /** When it ends, in seconds since 1970. */
  readonly exp?: number;
  /** The broadcast that a viewer is let into. */
  readonly broadcast?: string;
}

/** A token is fetched anew this long before it ends, while calls go on with the old one. */
const refreshAheadMillis = 60_000;
/** The provider is asked so often at most while the old token is still good. */
const refreshPauseMillis = 5_000;
/** A token that ends so soon is not used any more. */
const tooLateMillis = 5_000;

/** A provider that has not answered by then is asked again by the next call. */
const patienceMillis = 30_000;
/** What a header may carry as it is. An error page that came in place of a token is none of it. */
const tokenPattern = /^[\x21-\x7e]+$/;

/** The payload of a JWT; undefined for a token that is none, such as an API key. */
export function readClaims(token: string): TokenClaims | undefined {
  try {
    const payload = token.split(".")[1] ?? "";
    const text = atob(payload.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** Holds the token that is good now. However many calls need a new one at once, the provider is asked once. */
export class TokenSource {
  readonly #provider: TokenProvider | undefined;
  readonly #onSignedOut: (() => void) | undefined;
  #token: string | undefined;
  #endsAtMillis = Infinity;
  #refreshedAtMillis = -Infinity;
  #fetching: Promise<string> | undefined;
  /** The refused token that the app was told about, so that it is told once however many calls carried it. */
  #refused: string | undefined;

  constructor(provider?: TokenProvider, onSignedOut?: () => void) {
    this.#provider = provider;
    this.#onSignedOut = onSignedOut;
  }

  /** The token for a call; undefined where the app gave none, because a gateway signs its calls in. */
  get(): Promise<string | undefined> {
    if (this.#provider === undefined) {
      return Promise.resolve(undefined);
    }
    const nowMillis = Date.now();
    const leftMillis = this.#endsAtMillis - nowMillis;
    if (this.#token === undefined || leftMillis < tooLateMillis) {
      return this.#fetch();
    }
    if (leftMillis < refreshAheadMillis && nowMillis - this.#refreshedAtMillis >= refreshPauseMillis) {
      this.#refreshedAtMillis = nowMillis;
      this.#fetch().catch(() => {
        // The old token is still good; the call that finds it ended fails with the reason.
      });
    }
    return Promise.resolve(this.#token);
  }

  /** The service refused this token. Says whether the next get may find another. */
  discard(token: string | undefined): boolean {
    if (typeof this.#provider !== "function") {
      return false;
    }
    if (this.#token === token) {
      this.#token = undefined;
    }
    return true;
  }

  /** The service refused even this fresh token, or the app has none. */
  signedOut(token?: string): void {
    if (token === undefined || token !== this.#refused) {
      this.#refused = token;
      notify(() => this.#onSignedOut?.());
    }
  }

  #fetch(): Promise<string> {
    this.#fetching ??= this.#ask().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #ask(): Promise<string> {
    let token: string;
    try {
      const provider = this.#provider ?? "";
      token = (typeof provider === "string" ? provider : await answerOf(provider)).trim();
      if (token !== "" && !tokenPattern.test(token)) {
        throw new Error(`${token.length} characters that are no token (expected: visible ASCII characters)`);
      }
    } catch (cause) {
      const message = `the token provider failed: ${String(cause)}`;
      const error = new ConnectError(message, Code.Unavailable, undefined, undefined, cause);
      throw new FlywheelError(error, "TOKEN_UNAVAILABLE");
    }
    if (token === "") {
      this.#token = undefined;
      this.signedOut();
      throw new FlywheelError(new ConnectError("nobody is signed in", Code.Unauthenticated));
    }
    const endsAtMillis = (readClaims(token)?.exp ?? Infinity) * 1000;
    // Where a fresh token seems to be over, this device's clock is wrong; then only the service can tell.
    this.#endsAtMillis = endsAtMillis - Date.now() < refreshAheadMillis ? Infinity : endsAtMillis;
    this.#token = token;
    return token;
  }
}

async function answerOf(provider: () => string | Promise<string>): Promise<string> {
  return await within(patienceMillis, Promise.resolve(provider()), () => {
    throw new Error(`no answer within ${patienceMillis} ms`);
  });
}
