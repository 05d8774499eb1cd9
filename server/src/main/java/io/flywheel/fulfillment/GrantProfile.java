package io.flywheel.fulfillment;

import com.google.common.math.LongMath;
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

/** Lets conditions know which badges and how much experience a viewer holds. Thread-safe. */
final class GrantProfile implements ProfileSection {
  private final GrantSlice slice;

  @Inject
  GrantProfile(GrantSlice slice) {
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of("badges", "experience");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    profile
        .setExperience(experience(view))
        .clearBadges()
        .addAllBadges(view.get(slice).getBadgesList());
  }

  /** Adds to a viewer's experience, which never goes below zero. */
  void addExperience(Turn turn, long amount) {
    if (amount == 0) {
      return;
    }
    long after = Math.max(0, LongMath.saturatedAdd(experience(turn), amount));
    turn.set(slice, turn.get(slice).toBuilder().setExperience(after).build());
    ViewerProfile row = turn.profile();
    if (row.getExperience() != 0) {
      turn.setProfile(row.toBuilder().clearExperience().build());
    }
  }

  private long experience(StateView view) {
    return LongMath.saturatedAdd(view.get(slice).getExperience(), view.profile().getExperience());
  }
}
