package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' levels. Thread-safe. */
final class LevelSlice extends PackedSlice<LevelState> {
  @Inject
  LevelSlice() {
    super("level_state", LevelState.getDefaultInstance());
  }
}
