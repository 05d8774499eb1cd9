package io.flywheel.audience.reminder;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What a viewer is to be reminded of, and was. Thread-safe. */
final class ReminderSlice extends PackedSlice<ReminderState> {
  @Inject
  ReminderSlice() {
    super("reminder_state", ReminderState.getDefaultInstance());
  }
}
