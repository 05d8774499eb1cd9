import { FlywheelError, ProgramService, type ProgramVersion } from "@flywheel/client";
import { computed, effectScope, onScopeDispose, ref, shallowRef, watch } from "vue";
import { flywheel } from "../api/flywheel.js";
import { mayWrite, session } from "../session/session.js";
import type { Mistake } from "./context.js";
import { isUnreadable, readProgram, type Fields, type Unreadable } from "./document.js";

/** The program in force; version 0: the merchant has applied none yet. */
export interface InForce {
  version: number;
  document: string;
  info: ProgramVersion | undefined;
}

/** What is kept on this device of a program that was edited and not applied. */
interface KeptDraft {
  text: string;
  /** The version that it was made from. */
  base: number;
}

const VALIDATE_AFTER_MILLIS = 350;

/** The draft of a merchant's program: one for all of the pages and tabs of this device that show it. */
function createDraft(merchant: string) {
  /** A host only looks; the draft that a merchant keeps on the same device is none of the host's. */
  const writes = mayWrite.value;
  const inForce = shallowRef<InForce>();
  const error = shallowRef<FlywheelError>();
  const text = ref("");
  const base = ref(0);
  const mistakes = shallowRef<readonly Mistake[]>([]);
  const validating = ref(false);
  const validationError = shallowRef<FlywheelError>();
  const readable = shallowRef<Fields>({});
  /** Whether this device holds the draft as it is now. */
  const kept = ref(true);
  const unreadable = shallowRef<Unreadable>();

  const dirty = computed(() => inForce.value !== undefined && text.value !== inForce.value.document);
  /** Somebody else has applied a version since the draft was begun. */
  const overtaken = computed(() => dirty.value && base.value !== inForce.value?.version);

  /** Reads the version in force; a draft goes on as it is, and whoever has none follows. */
  async function refresh(): Promise<void> {
    if (!inForce.value) return load();
    const now = await readInForce();
    if (now.version <= inForce.value.version) return;
    const follows = !dirty.value;
    inForce.value = now;
    if (follows) discard();
  }

  async function load(): Promise<void> {
    error.value = undefined;
    try {
      const now = await readInForce();
      if (inForce.value) return; // two loads at once: the draft may have been edited since the first
      const held = writes ? readKept(merchant) : undefined;
      inForce.value = now;
      text.value = held?.text ?? now.document;
      base.value = held?.base ?? now.version;
      if (held && !dirty.value) keep(merchant, undefined); // it has been applied from elsewhere
    } catch (caught) {
      error.value = FlywheelError.from(caught);
    }
  }

  function discard(): void {
    if (!inForce.value) return;
    text.value = inForce.value.document;
    base.value = inForce.value.version;
  }

  /** Goes on with a text that was made from a version. */
  function rebase(rebased: string, version = inForce.value?.version ?? 0): void {
    text.value = rebased;
    base.value = version;
  }

  watch(text, (now) => {
    const read = readProgram(now);
    if (isUnreadable(read)) {
      unreadable.value = read;
    } else {
      unreadable.value = undefined;
      readable.value = read;
    }
  });

  // Who never had a draft takes nobody's away.
  let drafted = false;
  watch([text, base, inForce], () => {
    if (!writes || !(drafted || dirty.value)) return;
    drafted = dirty.value;
    kept.value = keep(merchant, drafted ? { text: text.value, base: base.value } : undefined);
  });

  /** What another tab made of the draft is shown here too: a device has one, not one for each tab to lose. */
  async function follow(): Promise<void> {
    const held = readKept(merchant);
    if (!held || held.base > (inForce.value?.version ?? 0)) await refresh().catch(() => undefined);
    const now = readKept(merchant);
    if (now) rebase(now.text, now.base);
    else discard();
  }
  const onStored = (event: StorageEvent) => {
    if (writes && inForce.value && event.key === keyOf(merchant)) void follow();
  };
  const onLine = () => {
    if (validationError.value) void validate();
  };
  addEventListener("storage", onStored);
  addEventListener("online", onLine);

  let waiting: ReturnType<typeof setTimeout> | undefined;
  let asked = new AbortController();
  watch(text, () => {
    clearTimeout(waiting);
    asked.abort();
    validating.value = true;
    waiting = setTimeout(() => void validate(), VALIDATE_AFTER_MILLIS);
  });
  onScopeDispose(() => {
    removeEventListener("storage", onStored);
    removeEventListener("online", onLine);
    clearTimeout(waiting);
    asked.abort();
  });

  async function validate(): Promise<void> {
    const mine = (asked = new AbortController());
    validationError.value = undefined;
    validating.value = true;
    try {
      const found = text.value.trim() === "" ? [] : await mistakesOf(text.value, mine.signal);
      if (!mine.signal.aborted) mistakes.value = found;
    } catch (caught) {
      if (!mine.signal.aborted) validationError.value = FlywheelError.from(caught);
    } finally {
      if (!mine.signal.aborted) validating.value = false;
    }
  }

  return {
    inForce,
    error,
    text,
    base,
    fields: readable,
    unreadable,
    mistakes,
    validating,
    validationError,
    dirty,
    kept,
    overtaken,
    load,
    refresh,
    discard,
    rebase,
    validate,
  };
}

export type Draft = ReturnType<typeof createDraft>;

let opened: { key: string; draft: Draft; dispose: () => void } | undefined;

/** The draft of the merchant who is signed in. */
export function useDraft(): Draft {
  const { merchant, role, token } = session.value ?? { merchant: "", role: "", token: "" };
  const key = `${merchant} ${role} ${token}`;
  if (opened?.key !== key) {
    opened?.dispose();
    const scope = effectScope(true);
    const draft = scope.run(() => createDraft(merchant));
    if (!draft) throw new Error("the scope of the draft has ended");
    opened = { key, draft, dispose: () => scope.stop() };
    void draft.load();
  }
  return opened.draft;
}

async function readInForce(): Promise<InForce> {
  try {
    const { version, document } = await flywheel().service(ProgramService).getProgram({});
    return { version: Number(version?.version ?? 0n), document, info: version };
  } catch (caught) {
    if (FlywheelError.from(caught).is("PROGRAM_NOT_FOUND"))
      return { version: 0, document: "", info: undefined };
    throw caught;
  }
}

/** How the service calls the place of what is wrong with a document as a whole. */
const WHOLE_DOCUMENT = "document";

async function mistakesOf(document: string, signal: AbortSignal): Promise<Mistake[]> {
  const request = { source: { source: { case: "document", value: document } } } as const;
  const answer = await flywheel().service(ProgramService).validateProgram(request, { signal });
  return answer.mistakes.map(({ path, message, line }) => ({
    path: path === WHOLE_DOCUMENT ? "" : path,
    message,
    line: Math.max(1, line),
  }));
}

const keyOf = (merchant: string) => `flywheel.console.draft.${merchant}`;

function readKept(merchant: string): KeptDraft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(merchant)) ?? "null") as Partial<KeptDraft> | null;
    return typeof kept?.text === "string" && typeof kept.base === "number"
      ? { text: kept.text, base: kept.base }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A browser that forbids storage, or has none left, loses the draft with the page. */
function keep(merchant: string, draft: KeptDraft | undefined): boolean {
  try {
    if (draft) localStorage.setItem(keyOf(merchant), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(merchant));
    return true;
  } catch {
    return false;
  }
}
