package io.flywheel.lottery;

import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.Drawn;
import io.flywheel.v1.Trigger;
import jakarta.inject.Inject;
import java.util.List;

/** Draws can be counted. Thread-safe. */
final class DrawOccurrences implements OccurrenceSource<Drawn> {
  @Inject
  DrawOccurrences() {}

  @Override
  public Class<Drawn> type() {
    return Drawn.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_DRAW));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, Drawn drawn) {
    return List.of(origin.of(Trigger.TRIGGER_DRAW));
  }
}
