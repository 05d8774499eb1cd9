import type { TokenClaims } from "@flywheel/client";
import { computed, shallowRef } from "vue";

/** Who is signed in, as the token says. The service alone verifies it. */
export interface Session {
  readonly token: string;
  readonly merchant: string;
  readonly subject: string;
  readonly role: Role;
  /** When it ends, in seconds since 1970; undefined: it does not. */
  readonly expiresAt: number | undefined;
  /** Whether it outlives the tab. */
  readonly remembered: boolean;
}

export type Role = "analyst" | "host" | "merchant" | "platform";

/** Why a token is not good for the console. */
export type TokenFlaw = "malformed" | "expired" | "viewer";

const KEY = "flywheel.console.token";
const current = shallowRef<Session>();

/** The session; undefined: nobody is signed in. */
export const session = computed(() => current.value);
const isOf = (...roles: Role[]) => current.value !== undefined && roles.includes(current.value.role);
/** Whether the caller may change things: hosts and analysts may only look. */
export const mayWrite = computed(() => isOf("merchant", "platform"));
/** Whether the caller may see viewers: analysts see figures alone, and of few people none. */
export const maySeePeople = computed(() => isOf("host", "merchant", "platform"));

/** Reads a token, or says what is wrong with it. */
export function readSession(
  token: string,
  remembered: boolean,
  claims: TokenClaims | undefined,
  nowMillis: number,
): Session | TokenFlaw {
  if (!claims?.merchant || !claims.role) return "malformed";
  if (claims.role === "viewer") return "viewer";
  if (claims.exp !== undefined && claims.exp * 1000 <= nowMillis) return "expired";
  return {
    token,
    merchant: claims.merchant,
    subject: claims.sub ?? "",
    role: claims.role,
    expiresAt: claims.exp,
    remembered,
  };
}

/** Keeps the session for this tab, or for this device. */
export function openSession(opened: Session): void {
  closeSession();
  current.value = opened;
  storage(opened.remembered)?.setItem(KEY, opened.token);
}

export function closeSession(): void {
  current.value = undefined;
  storage(true)?.removeItem(KEY);
  storage(false)?.removeItem(KEY);
}

/** The token that this tab or this device keeps. */
export function storedToken(): { token: string; remembered: boolean } | undefined {
  for (const remembered of [false, true]) {
    const token = storage(remembered)?.getItem(KEY);
    if (token) return { token, remembered };
  }
  return undefined;
}

/**
 * The token in a text that was pasted, or in a link: messages wrap it, put "Bearer" before it and a full stop behind it.
 * undefined: there is none.
 */
export function tokenIn(text: string): string | undefined {
  const plain = text.replace(/^\s*Bearer\s+/i, "").replace(/\s+/g, "");
  return /^([\w-]+\.[\w-]+\.[\w-]+)[^\w-]*$/.exec(plain)?.[1];
}

/** The token in a page's fragment, "#token=…". */
export function fragmentToken(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? undefined;
}

/** A browser may forbid storage; then the session lives as long as the page. */
function storage(lasting: boolean): Storage | undefined {
  try {
    return lasting ? localStorage : sessionStorage;
  } catch {
    return undefined;
  }
}
