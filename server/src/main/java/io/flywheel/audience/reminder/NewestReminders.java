package io.flywheel.audience.reminder;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerSection;
import io.flywheel.v1.ReminderSent;
import io.flywheel.v1.Viewer;
import java.time.Duration;

/** Shows a viewer what the viewer was reminded of, as long as it is worth heeding. Thread-safe. */
final class NewestReminders implements ViewerSection {
  /** What does not end is shown for so long. */
  private static final Duration SHOWN = Duration.ofDays(2);

  private final ReminderSlice slice;

  @Inject
  NewestReminders(ReminderSlice slice) {
    this.slice = slice;
  }

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    if (CompiledReminders.of(view).isEmpty()) {
      return;
    }
    for (ShownReminder shown : view.get(slice).getShownList().reversed()) {
      if (isOfUse(shown.getSent(), view.at().toEpochMilli())) {
        viewer.addReminders(shown.getSent());
      }
    }
  }

  private static boolean isOfUse(ReminderSent sent, long now) {
    return sent.hasEndsAt()
        ? now < Timestamps.toMillis(sent.getEndsAt())
        : now < Timestamps.toMillis(sent.getSentAt()) + SHOWN.toMillis();
  }
}
