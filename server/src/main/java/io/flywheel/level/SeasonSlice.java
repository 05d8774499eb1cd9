package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' seasons. Thread-safe. */
final class SeasonSlice extends PackedSlice<SeasonState> {
  @Inject
  SeasonSlice() {
    super("season_state", SeasonState.getDefaultInstance());
  }
}
