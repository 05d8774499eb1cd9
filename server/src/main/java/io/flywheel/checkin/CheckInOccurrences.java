package io.flywheel.checkin;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.program.Findings;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Program;
import io.flywheel.v1.Trigger;
import java.util.List;
import java.util.Optional;

/** Check-ins can be counted. Thread-safe. */
final class CheckInOccurrences implements OccurrenceSource<CheckedIn> {
  @Inject
  CheckInOccurrences() {}

  @Override
  public Class<CheckedIn> type() {
    return CheckedIn.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_CHECK_IN));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, CheckedIn checkedIn) {
    return List.of(origin.of(Trigger.TRIGGER_CHECK_IN));
  }

  @Override
  public Optional<String> insteadOf(Program program, Findings findings) {
    return program.hasCheckIn() || findings.isFaulty("check_in")
        ? Optional.empty()
        : Optional.of("another trigger, for the program has no check_in");
  }
}
