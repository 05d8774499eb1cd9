/** A new id for a write, in time order (UUID version 7): the service looks such ids up fastest. */
export function newRequestId(): string {
  // crypto.randomUUID is for secure contexts only, and of version 4; getRandomValues is everywhere.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const now = Date.now();
  view.setUint16(0, now / 2 ** 32);
  view.setUint32(2, now % 2 ** 32);
  view.setUint16(6, 0x7000 | (view.getUint16(6) & 0x0fff));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
