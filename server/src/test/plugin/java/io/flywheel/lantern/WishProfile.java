package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ViewerProfile;
import java.util.Set;

/** Lets conditions know how many wishes a viewer has. */
final class WishProfile implements ProfileSection {
  private final LanternSlice viewers;

  @Inject
  WishProfile(LanternSlice viewers) {
    this.viewers = viewers;
  }

  @Override
  public Set<String> fields() {
    return Set.of("wishes");
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    profile.setWishes(view.get(viewers).getWishes());
  }
}
