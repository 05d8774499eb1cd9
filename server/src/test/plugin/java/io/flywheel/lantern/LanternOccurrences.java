package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.LanternLit;
import io.flywheel.v1.Trigger;
import java.util.List;

/** Lit lanterns can be counted. */
final class LanternOccurrences implements OccurrenceSource<LanternLit> {
  @Inject
  LanternOccurrences() {}

  @Override
  public Class<LanternLit> type() {
    return LanternLit.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_LANTERN_LIT));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, LanternLit lit) {
    return List.of(origin.of(Trigger.TRIGGER_LANTERN_LIT));
  }
}
