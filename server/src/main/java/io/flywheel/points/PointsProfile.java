package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Lets conditions know what a viewer can spend; points that have lapsed are none. Thread-safe. */
final class PointsProfile implements ProfileSection {
  private final PointsSection points;
  private final PointsSlice slice;

  @Inject
  PointsProfile(PointsSection points, PointsSlice slice) {
    this.points = points;
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of("points");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    profile.setPoints(points.balance(view).getBalance());
  }
}
