package io.flywheel.badge;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.BadgeEarned;
import io.flywheel.v1.Trigger;
import java.util.List;

/** Badges that are earned can be counted. Thread-safe. */
final class BadgeOccurrences implements OccurrenceSource<BadgeEarned> {
  @Inject
  BadgeOccurrences() {}

  @Override
  public Class<BadgeEarned> type() {
    return BadgeEarned.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_BADGE_EARNED));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, BadgeEarned earned) {
    return List.of(origin.of(Trigger.TRIGGER_BADGE_EARNED));
  }
}
