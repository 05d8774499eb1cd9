package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.counting.Measure;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Trigger;
import java.util.List;

/** Points can be counted when they are earned. Thread-safe. */
final class PointsOccurrences implements OccurrenceSource<PointsBooked> {
  @Inject
  PointsOccurrences() {}

  @Override
  public Class<PointsBooked> type() {
    return PointsBooked.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_POINTS_EARNED, Measure.AMOUNT));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, PointsBooked pointsBooked) {
    return switch (pointsBooked.getKind()) {
      case POINTS_ENTRY_KIND_EARNED, POINTS_ENTRY_KIND_EARNED_PENDING ->
          List.of(origin.of(Trigger.TRIGGER_POINTS_EARNED).amount(pointsBooked.getAmount()));
      default -> List.of();
    };
  }
}
