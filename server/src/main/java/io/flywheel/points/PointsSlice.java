package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' points as rules need them. Thread-safe. */
final class PointsSlice extends PackedSlice<PointsState> {
  @Inject
  PointsSlice() {
    super("points_state", PointsState.getDefaultInstance());
  }
}
