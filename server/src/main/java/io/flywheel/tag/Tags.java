package io.flywheel.tag;

import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Lets conditions know of viewers' tags and of the days on which they were active. Thread-safe. */
final class Tags implements ProfileSection {
  private final TagSlice slice;

  @Inject
  Tags(TagSlice slice) {
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of(
        "tags",
        "days_since_seen",
        "days_known",
        "active_days_7",
        "active_days_30",
        "days_since_order");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    TagState own = view.get(slice);
    profile.clearTags();
    own.getHeldList().forEach(tag -> profile.addTags(tag.getTagId()));
    contributeDays(Activity.of(own, view), today(own, view), profile);
  }

  /** The day of a view: what is reported late finds the viewer as of the latest day. */
  static long today(TagState own, StateView view) {
    long day = Activity.dayOf(view.program().calendar(), view.at());
    return Math.max(day, Math.max(own.getLatestDay(), own.getReckonedDay()));
  }

  /** Sets the fields that count days, as they are on a day. */
  static void contributeDays(TagState state, long day, ViewerProfile.Builder profile) {
    profile
        .setDaysSinceSeen(DayField.DAYS_SINCE_SEEN.at(state, day))
        .setDaysKnown(DayField.DAYS_KNOWN.at(state, day))
        .setActiveDays7(DayField.ACTIVE_DAYS_7.at(state, day))
        .setActiveDays30(DayField.ACTIVE_DAYS_30.at(state, day))
        .setDaysSinceOrder(DayField.DAYS_SINCE_ORDER.at(state, day));
  }
}
