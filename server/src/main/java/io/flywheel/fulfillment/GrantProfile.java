package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ViewerProfile;
import java.util.Set;

/**
 * Lets conditions know what a viewer holds; a privilege that has ended is not held. Thread-safe.
 */
final class GrantProfile implements ProfileSection {
  private final GrantSlice grants;
  private final PrivilegeSlice privileges;

  @Inject
  GrantProfile(GrantSlice grants, PrivilegeSlice privileges) {
    this.grants = grants;
    this.privileges = privileges;
  }

  @Override
  public Set<String> fields() {
    return Set.of("badges", "privileges");
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    long now = view.at().toEpochMilli();
    profile
        .clearBadges()
        .addAllBadges(view.get(grants).getBadgesList())
        .clearPrivileges()
        .addAllPrivileges(view.get(privileges).heldAt(now));
  }
}
