/** The counter begins in the lower half of its twelve bits, so that a millisecond has room for 2,048 more. */
const counterStarts = 0x800;
const counterEnd = 0x1000;

let latestMillis = -1;
let counter = 0;

/**
 * A new id for a write, in time order (UUID version 7): the service looks such ids up fastest. It is greater than those
 * that this page made before, also within a millisecond and when the clock is set back: the twelve bits after the time
 * count up, and borrow from the next millisecond when they run over.
 */
export function newRequestId(): string {
  // crypto.randomUUID is for secure contexts only, and of version 4; getRandomValues is everywhere.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const now = Date.now();
  counter++;
  if (now > latestMillis || counter === counterEnd) {
    latestMillis = Math.max(now, latestMillis + 1);
    counter = view.getUint16(6) % counterStarts;
  }
  view.setUint16(0, latestMillis / 2 ** 32);
  view.setUint32(2, latestMillis % 2 ** 32);
  view.setUint16(6, 0x7000 | counter);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
