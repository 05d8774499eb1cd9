package io.flywheel.checkin;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' check-ins by day, with the cards and freezes that they hold. Thread-safe. */
final class CheckInSlice extends PackedSlice<CheckInState> {
  @Inject
  CheckInSlice() {
    super(
        "SELECT viewer_id, state FROM check_in WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO check_in (merchant_id, viewer_id, state) VALUES",
        CheckInState.getDefaultInstance());
  }
}
