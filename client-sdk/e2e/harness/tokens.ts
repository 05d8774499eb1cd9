import { createHmac } from "node:crypto";

/** The secret that the suite's servers and gateways share. */
export const SECRET = "a-secret-of-the-suite-that-is-long-enough";

export interface Claims {
  merchant: string;
  role: "viewer" | "analyst" | "host" | "merchant" | "platform";
  sub: string;
  room?: string;
  broadcast?: string;
  /** How the viewer is shown to others. */
  name?: string;
  /** Whether it may read alone. */
  read_only?: boolean;
  /** Seconds from now on; negative: it has expired. */
  ttlSeconds?: number;
}

/** A JWT, signed with HS256 as a live platform would. */
export function token({ ttlSeconds = 3600, ...claims }: Claims, secret = SECRET): string {
  const exp = Math.floor(Date.now() / 1000) + ttlSeconds;
  const head = base64({ alg: "HS256", typ: "JWT" });
  const body = base64({ ...claims, exp });
  const signature = createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url");
  return `${head}.${body}.${signature}`;
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
