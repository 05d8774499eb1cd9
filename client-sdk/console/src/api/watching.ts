import type {
  DescMessage,
  DescMethodServerStreaming,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { FlywheelError, type ConnectionState } from "@flywheel/client";
import { onScopeDispose, ref, shallowRef, watch } from "vue";
import { flywheel } from "./flywheel.js";

export type WatchState = ConnectionState | "paused" | "failed";

/** How long a hidden page goes on listening, so that a glance at another tab costs no new connection. */
const HIDDEN_MILLIS = 15_000;

/**
 * Listens to a watch method while the component lives and its page is seen.
 *
 * @param request what is watched; a change of it begins anew; undefined: nothing
 */
export function useWatch<I extends DescMessage, O extends DescMessage>(
  method: DescMethodServerStreaming<I, O>,
  request: () => MessageInitShape<I> | undefined,
  onUpdate: (update: MessageShape<O>) => void,
) {
  const state = ref<WatchState>("connecting");
  const error = shallowRef<FlywheelError>();
  let running: AbortController | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;

  async function listen(message: MessageInitShape<I>, signal: AbortSignal): Promise<void> {
    state.value = "connecting";
    error.value = undefined;
    try {
      const updates = flywheel().watch(method, message, {
        signal,
        onState: (now, cause) => {
          if (signal.aborted) return;
          state.value = now;
          error.value = cause;
        },
      });
      for await (const update of updates) {
        if (signal.aborted) return;
        onUpdate(update);
      }
    } catch (caught) {
      if (signal.aborted) return;
      state.value = "failed";
      error.value = FlywheelError.from(caught);
    }
  }

  function stop(): void {
    running?.abort();
    running = undefined;
  }

  function start(): void {
    stop();
    const message = request();
    if (!message) return;
    running = new AbortController();
    void listen(message, running.signal);
  }

  function onVisibility(): void {
    clearTimeout(hiding);
    if (document.visibilityState === "hidden") {
      hiding = setTimeout(() => {
        stop();
        state.value = "paused";
      }, HIDDEN_MILLIS);
    } else if (!running) {
      start();
    }
  }

  watch(request, start, { immediate: true });
  document.addEventListener("visibilitychange", onVisibility);
  onScopeDispose(() => {
    clearTimeout(hiding);
    document.removeEventListener("visibilitychange", onVisibility);
    stop();
  });
  return { state, error, restart: start };
}
