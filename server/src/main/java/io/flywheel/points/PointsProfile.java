package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ViewerProfile;
import java.util.Set;

/** Lets conditions know what a viewer can spend; points that have lapsed are none. Thread-safe. */
final class PointsProfile implements ProfileSection {
  private final PointsSection points;

  @Inject
  PointsProfile(PointsSection points) {
    this.points = points;
  }

  @Override
  public Set<String> fields() {
    return Set.of("points");
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    profile.setPoints(points.balance(view).getBalance());
  }
}
