package io.flywheel.checkin;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' check-ins by day, with the cards and freezes that they hold. Thread-safe. */
final class CheckInSlice extends PackedSlice<CheckInState> {
  @Inject
  CheckInSlice() {
    super("check_in", CheckInState.getDefaultInstance());
  }
}
