/** How long whoever came by an invite may take to sign in. */
const keptMillis = 86_400_000;

/** An invite's address, as it is kept for a room. */
export function keptText(at: string, roomId: string, nowMillis: number): string {
  return `${nowMillis} ${roomId} ${at}`;
}

/** The address of the invite that is kept for a room; empty: none, or one of another room, or of long ago. */
export function keptAt(text: string | null, roomId: string, nowMillis: number): string {
  const [, sinceMillis, room, at = ""] = /^(\d+) (\S*) (.+)$/.exec(text ?? "") ?? [];
  return room === roomId && nowMillis - Number(sinceMillis) < keptMillis ? at : "";
}
