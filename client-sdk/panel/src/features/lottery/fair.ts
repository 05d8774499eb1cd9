import type { Draw, DrawProof } from "@flywheel/client";

const whole = 1_000_000;
/** The largest multiple of it below 2^64: numbers from it on are passed over, so that none is likelier than another. */
const limit = (1n << 64n) - ((1n << 64n) % BigInt(whole));

/** Whether a draw agrees with its public values; else what does not. */
export type Verdict = "valid" | "commitment" | "number" | "prize" | "unavailable";

/**
 * Reckons a draw again from its public values, by what the browser has alone.
 *
 * @param shown the commitment that was shown before the draw; undefined: nobody remembers
 */
export async function verify({ proof, prizeId }: Draw, shown?: string): Promise<Verdict> {
  // Browsers have no cryptography for pages that come without TLS.
  if (!proof || !globalThis.crypto?.subtle) return "unavailable";
  const seed = bytesOf(proof.serverSeed);
  const commitment = hex(await crypto.subtle.digest("SHA-256", seed));
  if (commitment !== proof.commitment || (shown !== undefined && shown !== commitment)) return "commitment";
  if ((await numberOf(seed, proof)) !== proof.number) return "number";
  return prizeOf(proof) === prizeId ? "valid" : "prize";
}

/** The number that the seeds come to, from 0 to 999,999. */
async function numberOf(seed: Uint8Array<ArrayBuffer>, { clientSeed, drawId }: DrawProof): Promise<number> {
  const key = await crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  for (let counter = 0; ; counter++) {
    const said = new TextEncoder().encode(`${clientSeed}:${drawId}:${counter}`);
    const block = new DataView(await crypto.subtle.sign("HMAC", key, said));
    for (let at = 0; at < block.byteLength; at += 8) {
      const value = block.getBigUint64(at);
      if (value < limit) return Number(value % BigInt(whole));
    }
  }
}

/** What the number wins, or the pity; empty: nothing. */
function prizeOf({ number, weights, misses, pityMisses, pityPrizeId }: DrawProof): string {
  if (pityMisses > 0 && misses >= pityMisses) return pityPrizeId;
  let above = 0;
  for (const { prizeId, weight } of weights) {
    above += weight;
    if (number < above) return prizeId;
  }
  return "";
}

/** A seed of the viewer's own, which nobody else has a hand in. */
export function newSeed(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)).buffer);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, "0")).join("");
}
