package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.Trigger;
import java.util.Collections;
import java.util.List;

/** Levels that are reached can be counted. Thread-safe. */
final class LevelOccurrences implements OccurrenceSource<LevelMoved> {
  @Inject
  LevelOccurrences() {}

  @Override
  public Class<LevelMoved> type() {
    return LevelMoved.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_LEVEL_REACHED));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, LevelMoved moved) {
    int passed = moved.getNumber() - moved.getFormerNumber() - moved.getRegained();
    return Collections.nCopies(Math.max(0, passed), origin.of(Trigger.TRIGGER_LEVEL_REACHED));
  }
}
