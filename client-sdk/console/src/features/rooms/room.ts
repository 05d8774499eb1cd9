import { timestampMs } from "@bufbuild/protobuf/wkt";
import { AnalyticsService, type RoomReport } from "@flywheel/client";
import { onScopeDispose, ref, shallowRef, watch } from "vue";
import { useWatch } from "../../api/watching.js";
import { sampled, withArrival, withRewards, type Arrival, type Sample, type TickerEntry } from "./figures.js";

const TICK_MILLIS = 5_000;

/** What goes on in a room, as it happens. */
export function useRoom(roomId: () => string) {
  const report = shallowRef<RoomReport>();
  const samples = shallowRef<Sample[]>([]);
  const ticker = shallowRef<TickerEntry[]>([]);
  /** Newcomers by invites, the latest first. */
  const arrivals = shallowRef<Arrival[]>([]);
  /** Now, by the service's clock: how long ago something was is told by it, also in a room where nothing goes on. */
  const now = ref(Date.now());
  /** By how much the service's clock is ahead of this device's. */
  let ahead = 0;
  const timer = setInterval(() => {
    now.value = Date.now() + ahead;
  }, TICK_MILLIS);
  onScopeDispose(() => {
    clearInterval(timer);
  });

  const stream = useWatch(
    AnalyticsService.method.watchRoom,
    () => ({ roomId: roomId() }),
    ({ update }) => {
      if (update.case === "report") onReport(update.value);
      else if (update.case === "rewards") ticker.value = withRewards(ticker.value, update.value);
      else if (update.case === "arrival") arrivals.value = withArrival(arrivals.value, update.value);
    },
  );

  function onReport(next: RoomReport): void {
    const begun = report.value?.broadcastId !== next.broadcastId;
    const at = next.readAt ? timestampMs(next.readAt) : Date.now();
    report.value = next;
    samples.value = sampled(begun ? [] : samples.value, at, next.viewersNow);
    if (begun) {
      ticker.value = [];
      arrivals.value = [];
    }
    now.value = at;
    ahead = at - Date.now();
  }

  watch(roomId, () => {
    report.value = undefined;
    samples.value = [];
    ticker.value = [];
    arrivals.value = [];
  });
  return { report, samples, ticker, arrivals, now, ...stream };
}
