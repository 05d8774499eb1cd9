import { ViewerService, type PublicProfile } from "@flywheel/client";
import { shallowReactive, watch } from "vue";
import { session } from "../session/session.js";
import { flywheel } from "./flywheel.js";

/** How long a list gathers the viewers whom it shows, so that they are asked for together. */
const GATHER_MILLIS = 30;
/** After this time a viewer who is shown again is asked for again. */
const FRESH_MILLIS = 5 * 60_000;
/** As many as the service answers at once. */
const MAX_ASKED = 100;
const MAX_KEPT = 5_000;

/** undefined: nothing is known of the viewer. */
const known = shallowReactive(new Map<string, PublicProfile | undefined>());
/** The tags that viewers have, of those who have some. */
const tagged = shallowReactive(new Map<string, readonly string[]>());
const askedAt = new Map<string, number>();
const waiting = new Set<string>();
let gathering: ReturnType<typeof setTimeout> | undefined;

// What one merchant's viewers are called is nothing to the next who signs in.
watch(
  () => session.value?.token,
  () => {
    known.clear();
    tagged.clear();
    askedAt.clear();
    waiting.clear();
  },
);

/** How a viewer is shown; undefined: nothing is known, or not yet. To be read where a change of it is to be seen. */
export function profileOf(viewerId: string): PublicProfile | undefined {
  return known.get(viewerId);
}

/** The ids of the tags that a viewer has, as far as they are known yet. */
export function tagsOf(viewerId: string): readonly string[] {
  return tagged.get(viewerId) ?? [];
}

/** Asks how a viewer is shown, together with all others who are asked for at about the same time. */
export function askProfile(viewerId: string): void {
  if (Date.now() - (askedAt.get(viewerId) ?? 0) < FRESH_MILLIS) return;
  if (askedAt.size >= MAX_KEPT) forgetOldest();
  askedAt.set(viewerId, Date.now());
  waiting.add(viewerId);
  gathering ??= setTimeout(() => {
    gathering = undefined;
    const all = [...waiting];
    waiting.clear();
    for (let i = 0; i < all.length; i += MAX_ASKED) void read(all.slice(i, i + MAX_ASKED));
  }, GATHER_MILLIS);
}

async function read(viewerIds: string[]): Promise<void> {
  const token = session.value?.token;
  try {
    const { viewers } = await flywheel().service(ViewerService).listPublicProfiles({ viewerIds });
    if (session.value?.token !== token) return;
    const told = new Map(viewers.map((viewer) => [viewer.viewerId, viewer]));
    for (const id of viewerIds) {
      known.set(id, told.get(id)?.shownAs);
      tagged.set(id, told.get(id)?.tags ?? []);
    }
  } catch {
    // The ids are there without names; whoever is shown next is asked for again.
    for (const id of viewerIds) askedAt.delete(id);
  }
}

function forgetOldest(): void {
  for (const id of [...askedAt.keys()].slice(0, MAX_KEPT / 10)) {
    askedAt.delete(id);
    known.delete(id);
    tagged.delete(id);
  }
}
