package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' seasons. Thread-safe. */
final class SeasonSlice extends PackedSlice<SeasonState> {
  @Inject
  SeasonSlice() {
    super(
        "SELECT viewer_id, state FROM season_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO season_state (merchant_id, viewer_id, state) VALUES",
        SeasonState.getDefaultInstance());
  }
}
