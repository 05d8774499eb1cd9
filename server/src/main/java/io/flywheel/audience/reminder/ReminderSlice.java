package io.flywheel.audience.reminder;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What a viewer is to be reminded of, and was. Thread-safe. */
final class ReminderSlice extends PackedSlice<ReminderState> {
  @Inject
  ReminderSlice() {
    super(
        "SELECT viewer_id, state FROM reminder_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO reminder_state (merchant_id, viewer_id, state) VALUES",
        ReminderState.getDefaultInstance());
  }
}
