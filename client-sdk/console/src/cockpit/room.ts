import { timestampMs } from "@bufbuild/protobuf/wkt";
import { AnalyticsService, type RoomReport } from "@flywheel/client";
import { ref, shallowRef, watch } from "vue";
import { useWatch } from "../api/watching.js";
import { sampled, withRewards, type Sample, type TickerEntry } from "./figures.js";

/** What goes on in a room, as it happens. */
export function useRoom(roomId: () => string) {
  const report = shallowRef<RoomReport>();
  const samples = shallowRef<Sample[]>([]);
  const ticker = shallowRef<TickerEntry[]>([]);
  /** This device's clock when the report came, by which "now" is told. */
  const now = ref(Date.now());

  const stream = useWatch(
    AnalyticsService.method.watchRoom,
    () => ({ roomId: roomId() }),
    ({ update }) => {
      if (update.case === "report") onReport(update.value);
      else if (update.case === "rewards") ticker.value = withRewards(ticker.value, update.value);
    },
  );

  function onReport(next: RoomReport): void {
    const begun = report.value?.broadcastId !== next.broadcastId;
    const at = next.readAt ? timestampMs(next.readAt) : Date.now();
    report.value = next;
    samples.value = sampled(begun ? [] : samples.value, at, next.viewersNow);
    if (begun) ticker.value = [];
    now.value = at;
  }

  watch(roomId, () => {
    report.value = undefined;
    samples.value = [];
    ticker.value = [];
  });
  return { report, samples, ticker, now, ...stream };
}
