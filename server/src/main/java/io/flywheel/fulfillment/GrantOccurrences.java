package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.Trigger;
import java.util.List;

/** Grants can be counted. Thread-safe. */
final class GrantOccurrences implements OccurrenceSource<GrantIssued> {
  @Inject
  GrantOccurrences() {}

  @Override
  public Class<GrantIssued> type() {
    return GrantIssued.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_GRANT_ISSUED));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, GrantIssued grantIssued) {
    return List.of(origin.of(Trigger.TRIGGER_GRANT_ISSUED));
  }
}
