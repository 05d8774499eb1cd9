package io.flywheel.room;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Measure;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WatchCredited;
import java.time.Instant;
import java.util.List;

/** Watch time can be counted once it is credited. Thread-safe. */
final class WatchOccurrences implements OccurrenceSource<WatchCredited> {
  @Inject
  WatchOccurrences() {}

  @Override
  public Class<WatchCredited> type() {
    return WatchCredited.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_WATCH, Measure.SECONDS));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, WatchCredited watchCredited) {
    return List.of(
        origin
            .of(Trigger.TRIGGER_WATCH)
            .watched(
                Instant.ofEpochMilli(Timestamps.toMillis(watchCredited.getStartedAt())),
                watchCredited.getRoomId(),
                watchCredited.getBroadcastId(),
                watchCredited.getCreditedMillis()));
  }
}
