package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' points as rules need them. Thread-safe. */
final class PointsSlice extends PackedSlice<PointsState> {
  @Inject
  PointsSlice() {
    super(
        "SELECT viewer_id, state FROM points_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO points_state (merchant_id, viewer_id, state) VALUES",
        PointsState.getDefaultInstance());
  }
}
