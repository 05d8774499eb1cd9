package io.flywheel.checkin;

import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Lets conditions know how often, and how often in a row, a viewer has checked in. Thread-safe. */
final class CheckInProfile implements ProfileSection {
  private final CheckInSlice slice;

  @Inject
  CheckInProfile(CheckInSlice slice) {
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of("streak", "check_ins");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    CheckInState own = view.get(slice);
    ViewerProfile row = view.profile();
    profile.setCheckIns(own.getCheckIns() + row.getCheckIns());
    if (row.getCheckIns() == 0) {
      profile.setStreak(own.getStreak());
    }
  }

  /** Counts a check-in. */
  void add(Turn turn, int streak) {
    CheckInState own = turn.get(slice);
    ViewerProfile row = turn.profile();
    turn.set(
        slice,
        own.toBuilder()
            .setCheckIns(own.getCheckIns() + row.getCheckIns() + 1)
            .setStreak(streak)
            .build());
    if (row.getCheckIns() != 0) {
      turn.setProfile(row.toBuilder().clearCheckIns().clearStreak().build());
    }
  }
}
