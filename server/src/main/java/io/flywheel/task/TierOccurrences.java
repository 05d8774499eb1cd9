package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.TierReached;
import io.flywheel.v1.Trigger;
import java.util.List;

/** Tiers of tasks can be counted by other tasks. Thread-safe. */
final class TierOccurrences implements OccurrenceSource<TierReached> {
  @Inject
  TierOccurrences() {}

  @Override
  public Class<TierReached> type() {
    return TierReached.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_TIER_REACHED).of(TaskSection.TASK));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, TierReached tierReached) {
    return List.of(
        origin
            .of(Trigger.TRIGGER_TIER_REACHED)
            .times(tierReached.getTimes())
            .named(tierReached.getTier().getTaskId()));
  }
}
