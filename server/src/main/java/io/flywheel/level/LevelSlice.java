package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' levels. Thread-safe. */
final class LevelSlice extends PackedSlice<LevelState> {
  @Inject
  LevelSlice() {
    super(
        "SELECT viewer_id, state FROM level_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO level_state (merchant_id, viewer_id, state) VALUES",
        LevelState.getDefaultInstance());
  }
}
