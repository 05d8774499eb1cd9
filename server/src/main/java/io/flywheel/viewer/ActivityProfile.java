package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.counting.Activity;
import io.flywheel.counting.DayField;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.ViewerProfile;
import java.util.Set;

/** Lets conditions know on which days a viewer was active, which the row keeps. Thread-safe. */
final class ActivityProfile implements ProfileSection {
  @Inject
  ActivityProfile() {}

  @Override
  public Set<String> fields() {
    return Set.of(
        "days_since_seen",
        "days_known",
        "active_days_7",
        "active_days_30",
        "days_since_order",
        "days_away");
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    ActiveDays active = Activity.of(view);
    long day = Activity.dayOf(view.program().calendar(), view.at());
    DayField.contribute(active, Math.max(day, active.getLatestDay()), profile);
    profile.setDaysAway(Activity.daysAway(active));
  }
}
