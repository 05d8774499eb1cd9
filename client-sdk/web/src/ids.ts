/** A new id for a write: 128 random bits. */
export function newRequestId(): string {
  // crypto.randomUUID is for secure contexts only; getRandomValues is everywhere.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
