import { FlywheelError, LeaderboardService, type WatchLeaderboardResponse } from "@flywheel/client";
import { onMounted, onUnmounted, shallowRef } from "vue";
import { useRoom } from "../../core/inject.js";
import { pause } from "../../core/waits.js";

/** A board that the service is still reading is asked for again after this. */
const againMillis = 2_000;

/** A board as it is now, for as long as the component that asks is there. */
export function useBoard(request: { boardId: string; roomId: string; top: number }) {
  const room = useRoom();
  const now = shallowRef<WatchLeaderboardResponse>();
  const trouble = shallowRef<FlywheelError>();
  const ended = new AbortController();

  async function watchIt(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        const updates = room.watch(LeaderboardService.method.watchLeaderboard, request, {
          signal: ended.signal,
        });
        for await (const update of updates) {
          now.value = update;
          trouble.value = undefined;
        }
        return;
      } catch (caught) {
        const error = FlywheelError.from(caught);
        if (ended.signal.aborted) return;
        trouble.value = error;
        if (!error.is("BOARD_LOADING")) return;
        await pause(againMillis);
      }
    }
  }

  onMounted(() => void watchIt());
  onUnmounted(() => {
    ended.abort();
  });
  return { now, trouble };
}
