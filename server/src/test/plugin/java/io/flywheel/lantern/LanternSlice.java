package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;
import io.flywheel.v1.LanternState;

/** Viewers' wishes and likes. */
final class LanternSlice extends PackedSlice<LanternState> {
  @Inject
  LanternSlice() {
    super(
        "SELECT viewer_id, state FROM lantern_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO lantern_state (merchant_id, viewer_id, state) VALUES",
        LanternState.getDefaultInstance());
  }
}
